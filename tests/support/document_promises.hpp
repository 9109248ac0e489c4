// What the readers of documents promise, whatever the document is: used by fuzzers and property tests alike.
// Each function returns what does not hold, empty when all does.
#pragma once

#include "services/translation_service.hpp"

#include <string>
#include <string_view>

namespace nova_rt::test {

/// A flavor that is accepted is read back as the same flavor, and a request made of it covers its vCPUs.
[[nodiscard]] std::string broken_by_flavor_document(std::string_view json);

/// A host that is accepted has ordered, disjoint cells whose cores are its CPUs, and is read back as the
/// same.
[[nodiscard]] std::string broken_by_host_document(std::string_view json);

/// The answer is JSON and the same each time; a plan gives no pCPU twice and none that is not the host's; the
/// XML says what the plan says.
[[nodiscard]] std::string broken_by_case_document(std::string_view json, const TranslationService& service);

} // namespace nova_rt::test
