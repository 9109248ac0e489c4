// Where every kernel thread may run, before and after something.
#pragma once

#include "base/result.hpp"

#include "node/noise/meter/thread_sample.hpp"
#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace nova_rt::noise {

inline constexpr const char* kCensusFormat = "nova-rt-census/1";

/// A kernel thread's name without what changes from one hour to the next: "kworker/u16:3-events" is
/// "kworker/u16", "kworker/4:1H" is "kworker/4".
[[nodiscard]] std::string stable_name(std::string_view name);

/// {"format", "threads": [{"tid", "start_time", "name", "allowed", "immovable"}]}: kernel threads only, by
/// tid.
[[nodiscard]] nlohmann::json census(const std::vector<ThreadSample>& threads);

/// {"format", "same", "changed": [...], "strange": [...], "born": [names], "ended": [names]}. `changed`: the
/// same thread with another mask. `strange`: a new thread with a mask that no thread of its stable name had
/// before. `same` is true without either. Corrupt when a document is no census.
[[nodiscard]] Result<nlohmann::json> compare_censuses(const nlohmann::json& before,
                                                      const nlohmann::json& after);

} // namespace nova_rt::noise
