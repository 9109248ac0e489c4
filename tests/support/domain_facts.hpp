// What a domain's XML means, so that two XMLs are compared by meaning and not by text.
#pragma once

#include <nlohmann/json.hpp>

#include <string_view>

namespace nova_rt::test {

/// The same document that `oracle.py --facts` prints: pins, scheduling, memory, processor, devices. A test
/// failure and an empty object when the XML cannot be parsed.
[[nodiscard]] nlohmann::json domain_facts(std::string_view xml);

/// What differs between two facts documents, one JSON Patch operation per line; empty when nothing does.
[[nodiscard]] std::string differences(const nlohmann::json& expected, const nlohmann::json& seen);

} // namespace nova_rt::test
