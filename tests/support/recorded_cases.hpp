// The recorded answers of Nova 26.2.2, and the guest each of them describes.
#pragma once

#include "domainxml/domain_spec.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace nova_rt::test {

/// A case Nova answered with XML: what was asked and what it answered.
struct RecordedCase {
    std::string name;
    nlohmann::json question;
    nlohmann::json answer;
};

/// Every recorded case with XML, from tests/nova_compat.
[[nodiscard]] const std::vector<RecordedCase>& recorded_guests();

/// The guest of a case as the composers get it. Placement and processor topology are Nova's answer; the rest
/// is read from the question by the simplest means, so that only the composers are under test.
[[nodiscard]] DomainSpec domain_spec_of(const RecordedCase& recorded);

} // namespace nova_rt::test
