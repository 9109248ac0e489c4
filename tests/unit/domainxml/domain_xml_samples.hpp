// Domain XML for tests: a test states only the part it is about.
#pragma once

#include <string>
#include <string_view>

namespace nova_rt::test {

inline constexpr const char* kUuid = "11111111-2222-4333-8444-555555555555";

/// A domain of four vCPUs with the given elements inside.
inline std::string domain_with(std::string_view elements) {
    return "<domain type='kvm'>\n  <uuid>" + std::string(kUuid) +
           "</uuid>\n  <name>instance-00000001</name>\n  <vcpu placement='static'>4</vcpu>\n" +
           std::string(elements) + "\n</domain>\n";
}

/// A domain with the given elements inside <cputune>.
inline std::string domain_tuned(std::string_view elements) {
    return domain_with("<cputune>" + std::string(elements) + "</cputune>");
}

/// A domain whose Nova metadata has the given elements inside <extraSpecs>, under a prefix of its own.
inline std::string domain_with_extra_specs(std::string_view elements) {
    return domain_with("<metadata><n:instance xmlns:n='http://openstack.org/xmlns/libvirt/nova/1.1'>"
                       "<n:flavor name='rt.small'><n:extraSpecs>" +
                       std::string(elements) +
                       "</n:extraSpecs></n:flavor></n:instance></metadata>"
                       "<cputune><vcpusched vcpus='1' scheduler='fifo' priority='1'/></cputune>");
}

} // namespace nova_rt::test
