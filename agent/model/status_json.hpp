// The status document as JSON: schema version 1, the format of /run/nova-rt/public/status.json.
#pragma once

#include "base/result.hpp"
#include "model/status.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

namespace nova_rt {

/// A status document is refused above this size.
inline constexpr std::size_t kMaxStatusBytes = std::size_t{16} * 1024 * 1024;

[[nodiscard]] std::string encode_status(const StatusDocument& status);

/// InvalidArgument for text that is not such a document, Unsupported for one of another schema version,
/// NoSpace for one that is too long.
[[nodiscard]] Result<StatusDocument> decode_status(std::string_view text);

/// The parts, as the REST API and the CLI show them.
[[nodiscard]] nlohmann::json to_json_value(const StatusDocument& status);
[[nodiscard]] nlohmann::json to_json_value(const NodeStatus& node);
[[nodiscard]] nlohmann::json to_json_value(const CpuStatus& cpu);
[[nodiscard]] nlohmann::json to_json_value(const GuestStatus& domain);
[[nodiscard]] nlohmann::json to_json_value(const CheckStatus& check);

} // namespace nova_rt
