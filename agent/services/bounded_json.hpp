// JSON from anywhere: bounded in size and depth, then read field by field with errors that name the field.
#pragma once

#include "base/result.hpp"
#include "model/flavor.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nova_rt {

inline constexpr std::size_t kMaxDocumentBytes = std::size_t{16} * 1024 * 1024;
inline constexpr int kMaxDocumentDepth = 32;

/// InvalidArgument for text that is too long or too deep, is no UTF-8, or is no JSON.
[[nodiscard]] Result<nlohmann::json> parse_bounded_json(std::string_view text);

/// The member as a whole number in [minimum, maximum], none when absent or null. `where` leads messages.
[[nodiscard]] Result<std::optional<std::int64_t>> read_integer(const nlohmann::json& object, const char* key,
                                                               std::int64_t minimum, std::int64_t maximum,
                                                               const std::string& where);

/// The member as text, none when absent or null. Numbers and booleans are written as Python writes them.
[[nodiscard]] Result<std::optional<std::string>> read_text(const nlohmann::json& object, const char* key,
                                                           const std::string& where);

/// A flat object of scalars as properties, empty when absent.
[[nodiscard]] Result<Properties> read_properties(const nlohmann::json& object, const char* key,
                                                 const std::string& where);

/// Whether the document is an object; InvalidArgument says what it is instead.
[[nodiscard]] Status expect_object(const nlohmann::json& value, const std::string& where);

} // namespace nova_rt
