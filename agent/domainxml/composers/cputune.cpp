#include "base/text.hpp"
#include "domainxml/composers/composers.hpp"

#include <map>

namespace nova_rt::composers {
namespace {

constexpr const char* kVcpuPriorityKey = "rt:vcpu_priority";
constexpr const char* kEmulatorPriorityKey = "rt:emulator_priority";
/// Above are the kernel's own threads (IRQ threads run at 50) and the migration and watchdog threads.
constexpr int kMaxPriority = 49;

/// A priority of the `rt:` namespace, which Nova lets through unread; none when the flavor has none.
Result<std::optional<std::int64_t>> priority_of(const Flavor& flavor, const char* key) {
    const auto found = flavor.extra_specs.find(key);
    if (found == flavor.extra_specs.end()) {
        return std::optional<std::int64_t>();
    }
    const auto priority = parse_number<int>(found->second);
    if (!priority || *priority < 1 || *priority > kMaxPriority) {
        return fail(ErrorCode::InvalidArgument, "extra spec " + std::string(key) + " is " +
                                                    quoted(found->second) + ", not a priority from 1 to " +
                                                    std::to_string(kMaxPriority));
    }
    return std::optional<std::int64_t>(*priority);
}

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

void add_scheduling(XmlElement cputune, const char* element, const char* threads_attribute,
                    const std::string& threads, std::int64_t priority) {
    XmlElement scheduling = cputune.add_child(element);
    if (threads_attribute != nullptr) {
        scheduling.set_attribute(threads_attribute, threads);
    }
    scheduling.set_attribute("scheduler", "fifo").set_attribute("priority", std::to_string(priority));
}

Status add_priorities(const DomainSpec& spec, XmlElement cputune) {
    NOVA_RT_TRY_ASSIGN(vcpu_priority, priority_of(spec.flavor, kVcpuPriorityKey));
    NOVA_RT_TRY_ASSIGN(emulator_priority, priority_of(spec.flavor, kEmulatorPriorityKey));
    if (!spec.plan.realtime_vcpus.empty()) {
        add_scheduling(cputune, "vcpusched", "vcpus", spec.plan.realtime_vcpus.to_cpulist(),
                       vcpu_priority.value_or(spec.plan.realtime_priority));
    }
    if (emulator_priority) {
        add_scheduling(cputune, "emulatorsched", nullptr, "", *emulator_priority);
    }
    return {};
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
    NOVA_RT_TRY(add_priorities(spec, cputune));
    remove_if_empty(cputune);
    return {};
}

} // namespace nova_rt::composers
