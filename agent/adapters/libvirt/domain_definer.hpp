// Defines a guest in libvirt, for the command line. The agent never does.
#pragma once

#include "base/domain_uuid.hpp"
#include "base/result.hpp"

#include <string>

namespace nova_rt {

struct DefinedDomain {
    DomainUuid uuid;
    std::string name;
};

enum class AfterDefine { LeaveShutOff, Start };

/// Defines the domain, validated against libvirt's schema. InvalidArgument when libvirt does not accept the
/// XML, Refused when a hook refuses the start, Unavailable when libvirt cannot be reached or the guest cannot
/// start. A definition made by this call does not outlive a failed start; one that was there before stays,
/// replaced.
[[nodiscard]] Result<DefinedDomain> define_domain(const std::string& uri, const std::string& xml,
                                                  AfterDefine then);

} // namespace nova_rt
