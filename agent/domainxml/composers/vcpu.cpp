#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {
namespace {

/// The host's shared pCPUs, if the operator said which they are. Source: LibvirtDriver._get_vcpu_available.
std::optional<CpuSet> shared_pcpus(const DomainSpec& spec) {
    auto shared = spec.options.vcpu_pin_set ? spec.options.vcpu_pin_set : spec.options.cpu_shared_set;
    if (shared && spec.online_pcpus) {
        *shared &= *spec.online_pcpus;
    }
    return shared;
}

} // namespace

Status compose_vcpu(const DomainSpec& spec, XmlElement domain) {
    XmlElement vcpu = domain.child_or_add("vcpu").set_text(spec.request.vcpus);
    // With a NUMA topology each vCPU has a pin of its own in <cputune>.
    const auto shared = spec.plan.cells.empty() ? shared_pcpus(spec) : std::nullopt;
    if (shared && !shared->empty()) {
        vcpu.set_attribute("cpuset", shared->to_cpulist());
    }
    return {};
}

} // namespace nova_rt::composers
