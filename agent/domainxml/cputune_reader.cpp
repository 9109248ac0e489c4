#include "domainxml/cputune_reader.hpp"

#include "base/text.hpp"
#include "domainxml/cpuset_notation.hpp"

#include <string>

namespace nova_rt {
namespace {

Result<std::string> required_attribute(const XmlElement& element, const char* name) {
    if (auto value = element.attribute(name)) {
        return *std::move(value);
    }
    return fail(ErrorCode::InvalidArgument, "attribute \"" + std::string(name) + "\" is missing");
}

Result<unsigned> number_attribute(const XmlElement& element, const char* name) {
    NOVA_RT_TRY_ASSIGN(text, required_attribute(element, name));
    if (const auto number = parse_number<unsigned>(text)) {
        return *number;
    }
    return fail(ErrorCode::InvalidArgument,
                "attribute \"" + std::string(name) + "\" is " + quoted(text) + ", not a number");
}

Result<CpuSet> cpuset_attribute(const XmlElement& element, const char* name) {
    NOVA_RT_TRY_ASSIGN(text, required_attribute(element, name));
    return parse_libvirt_cpuset(text);
}

Status check_vcpu(const GuestDomain& guest, unsigned vcpu) {
    if (vcpu < guest.vcpu_count) {
        return {};
    }
    return fail(ErrorCode::InvalidArgument, "vCPU " + std::to_string(vcpu) +
                                                " does not exist, the guest has " +
                                                std::to_string(guest.vcpu_count));
}

Status twice(const std::string& what) {
    return fail(ErrorCode::InvalidArgument, what + " has two promises");
}

Status read_vcpupin(const XmlElement& element, GuestDomain& guest) {
    NOVA_RT_TRY_ASSIGN(vcpu, number_attribute(element, "vcpu"));
    NOVA_RT_TRY(check_vcpu(guest, vcpu));
    NOVA_RT_TRY_ASSIGN(cpus, cpuset_attribute(element, "cpuset"));
    if (!guest.vcpu_pins.try_emplace(VcpuId{vcpu}, std::move(cpus)).second) {
        return twice("vCPU " + std::to_string(vcpu));
    }
    return {};
}

Status read_emulatorpin(const XmlElement& element, GuestDomain& guest) {
    if (guest.emulator_pins) {
        return twice("the emulator");
    }
    NOVA_RT_TRY_ASSIGN(cpus, cpuset_attribute(element, "cpuset"));
    guest.emulator_pins = std::move(cpus);
    return {};
}

Status read_iothreadpin(const XmlElement& element, GuestDomain& guest) {
    NOVA_RT_TRY_ASSIGN(iothread, number_attribute(element, "iothread"));
    NOVA_RT_TRY_ASSIGN(cpus, cpuset_attribute(element, "cpuset"));
    if (!guest.iothread_pins.try_emplace(iothread, std::move(cpus)).second) {
        return twice("IOThread " + std::to_string(iothread));
    }
    return {};
}

/// Source: libvirt, src/util/virprocess.c, virProcessSchedPolicy, and domaincommon.rng.
Result<Scheduling> read_scheduling(const XmlElement& element) {
    NOVA_RT_TRY_ASSIGN(scheduler, required_attribute(element, "scheduler"));
    if (scheduler == "batch" || scheduler == "idle" || scheduler == "other") {
        const auto policy = scheduler == "batch"  ? SchedulingPolicy::Batch
                            : scheduler == "idle" ? SchedulingPolicy::Idle
                                                  : SchedulingPolicy::Other;
        return Scheduling{.policy = policy, .priority = 0};
    }
    if (scheduler != "fifo" && scheduler != "rr") {
        return fail(ErrorCode::InvalidArgument, "scheduler " + quoted(scheduler) + " is unknown");
    }
    NOVA_RT_TRY_ASSIGN(priority, number_attribute(element, "priority"));
    if (priority < 1 || priority > 99) {
        return fail(ErrorCode::InvalidArgument, "priority " + std::to_string(priority) + " is not in 1..99");
    }
    return Scheduling{.policy = scheduler == "fifo" ? SchedulingPolicy::Fifo : SchedulingPolicy::RoundRobin,
                      .priority = static_cast<int>(priority)};
}

Status read_vcpusched(const XmlElement& element, GuestDomain& guest) {
    NOVA_RT_TRY_ASSIGN(scheduling, read_scheduling(element));
    NOVA_RT_TRY_ASSIGN(vcpus, cpuset_attribute(element, "vcpus"));
    for (const unsigned vcpu : vcpus) {
        NOVA_RT_TRY(check_vcpu(guest, vcpu));
        if (!guest.vcpu_scheduling.try_emplace(VcpuId{vcpu}, scheduling).second) {
            return twice("the scheduling of vCPU " + std::to_string(vcpu));
        }
    }
    return {};
}

Status read_promise(const XmlElement& element, GuestDomain& guest) {
    if (!element.namespace_uri().empty()) {
        return {};
    }
    if (element.name() == "vcpupin") {
        return read_vcpupin(element, guest);
    }
    if (element.name() == "emulatorpin") {
        return read_emulatorpin(element, guest);
    }
    if (element.name() == "iothreadpin") {
        return read_iothreadpin(element, guest);
    }
    if (element.name() == "vcpusched") {
        return read_vcpusched(element, guest);
    }
    return {};
}

} // namespace

Status read_cputune(const XmlElement& domain, GuestDomain& guest) {
    for (const auto& cputune : domain.children("cputune")) {
        for (const auto& element : cputune.children()) {
            NOVA_RT_TRY_CONTEXT(read_promise(element, guest),
                                "<cputune><" + std::string(element.name()) + ">");
        }
    }
    return {};
}

} // namespace nova_rt
