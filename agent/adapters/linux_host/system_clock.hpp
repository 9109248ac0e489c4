// Clock of the machine.
#pragma once

#include "ports/clock.hpp"

namespace nova_rt {

class SystemClock final : public Clock {
public:
    [[nodiscard]] std::chrono::system_clock::time_point now() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override;
};

} // namespace nova_rt
