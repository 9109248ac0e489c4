// Carries out the commands that repairs name, on the question they belong to.
#pragma once

#include "services/translation.hpp"

#include <string>

namespace nova_rt::test {

/// Applies "openstack flavor set|unset --property ..." and "openstack image set|unset --property ..."
/// commands, joined by "&&". False, and nothing changed, when the text is anything else.
[[nodiscard]] bool apply_repair(const std::string& repair, TranslationInput& input);

} // namespace nova_rt::test
