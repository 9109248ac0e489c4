#include "domainxml/composers/composers.hpp"

#include <map>

namespace nova_rt::composers {
namespace {

void add_number(XmlElement cputune, const char* name, std::optional<std::int64_t> value) {
    if (value) {
        cputune.add_child(name).set_text(std::to_string(*value));
    }
}

void add_vcpu_pins(const PinningPlan& plan, XmlElement cputune) {
    std::map<unsigned, std::string> pins;
    for (const auto& cell : plan.cells) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            pins[vcpu.value] = std::to_string(pcpu.value);
        }
        const std::string floating = cell.shared_vcpus.empty() ? "" : cell.float_pcpus.to_cpulist();
        for (const unsigned vcpu : cell.shared_vcpus) {
            pins[vcpu] = floating;
        }
    }
    for (const auto& [vcpu, cpuset] : pins) {
        cputune.add_child("vcpupin")
            .set_attribute("vcpu", std::uint64_t{vcpu})
            .set_attribute("cpuset", cpuset);
    }
}

} // namespace

Status compose_cputune(const DomainSpec& spec, XmlElement domain) {
    XmlElement cputune = domain.child_or_add("cputune");
    add_number(cputune, "shares", spec.request.cpu_quota.shares);
    add_number(cputune, "quota", spec.request.cpu_quota.quota);
    add_number(cputune, "period", spec.request.cpu_quota.period);
    if (!spec.plan.emulator_pcpus.empty()) {
        const std::string cpuset = spec.plan.emulator_pcpus.to_cpulist();
        cputune.add_child("emulatorpin").set_attribute("cpuset", cpuset);
        if (domain.child("iothreads")) {
            cputune.add_child("iothreadpin").set_attribute("iothread", "1").set_attribute("cpuset", cpuset);
        }
    }
    add_vcpu_pins(spec.plan, cputune);
    if (!spec.plan.realtime_vcpus.empty()) {
        cputune.add_child("vcpusched")
            .set_attribute("vcpus", spec.plan.realtime_vcpus.to_cpulist())
            .set_attribute("scheduler", "fifo")
            .set_attribute("priority", std::to_string(spec.plan.realtime_priority));
    }
    remove_if_empty(cputune);
    return {};
}

} // namespace nova_rt::composers
