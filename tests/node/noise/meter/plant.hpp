// A task that does not belong where it is, for tests of the meter.
#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string>

namespace nova_rt::noise {

enum class PlantedTask {
    Blinking, ///< works and sleeps in turn, a millisecond each: is switched to all the time
    Busy,     ///< never sleeps
};

/// Calls itself `name`, pins itself to the CPU, says "planted" on stdout and stays for that time.
[[nodiscard]] Status run_planted_task(const std::string& name, unsigned cpu, PlantedTask kind,
                                      std::chrono::seconds time);

} // namespace nova_rt::noise
