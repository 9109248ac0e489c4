// libvirt's own schema as a judge.
#pragma once

#include <string>

namespace nova_rt::test {

/// What libvirt's domain.rng has against the XML; "" when it is valid. A test failure when the schema itself
/// cannot be loaded (package libvirt0 or libvirt-daemon provides it).
[[nodiscard]] std::string domain_schema_errors(const std::string& xml);

} // namespace nova_rt::test
