#include "flavor/realtime_rules.hpp"

#include "flavor/cpu_policy.hpp"
#include "flavor/cpu_topology.hpp"
#include "flavor/device_rules.hpp"
#include "flavor/feature_rules.hpp"
#include "flavor/numa_cells.hpp"
#include "flavor/page_size.hpp"
#include "flavor/realtime_mask.hpp"

namespace nova_rt {

namespace {

/// The two sets of vCPUs that masks name.
struct MaskedVcpus {
    CpuSet realtime;
    CpuSet dedicated;
};

Verdict check_shared(const RuleInput& input, const CpuPolicies& policies, const MaskedVcpus& masked) {
    const std::string repair = flavor_set_command(input.flavor, "hw:cpu_policy", "dedicated");
    if (policies.thread) {
        return refuse("CPUThreadPolicyConfigurationInvalid",
                      "Cannot set cpu thread pinning policy in a non dedicated cpu pinning policy",
                      "hw:cpu_thread_policy",
                      input.spec("hw:cpu_thread_policy") ? Provenance::Flavor : Provenance::Image, repair);
    }
    if (policies.emulator_threads == EmulatorThreadsPolicy::Isolate) {
        return refuse("BadRequirementEmulatorThreadsPolicy",
                      "An isolated CPU emulator threads option requires a dedicated CPU policy option.",
                      "hw:emulator_threads_policy", Provenance::Flavor, repair);
    }
    if (!masked.dedicated.empty()) {
        return refuse("RequiredMixedInstancePolicy",
                      "Cannot specify 'hw:cpu_dedicated_mask' without the 'mixed' policy.",
                      "hw:cpu_dedicated_mask", Provenance::Flavor,
                      flavor_set_command(input.flavor, "hw:cpu_policy", "mixed"));
    }
    if (!masked.realtime.empty()) {
        return refuse("RealtimeConfigurationInvalid",
                      "Cannot set realtime policy in a non dedicated cpu pinning policy", "hw:cpu_realtime",
                      Provenance::Flavor, repair);
    }
    return {};
}

/// The sanity checks of numa_get_constraints; on success the vCPUs that get a pCPU of their own.
Judged<CpuSet> pinned_vcpus(const RuleInput& input, const CpuPolicies& policies, const MaskedVcpus& masked) {
    if (policies.cpu == CpuPolicy::Dedicated) {
        if (!masked.dedicated.empty()) {
            return refuse("RequiredMixedInstancePolicy",
                          "Cannot specify 'hw:cpu_dedicated_mask' without the 'mixed' policy.",
                          "hw:cpu_dedicated_mask", Provenance::Flavor,
                          flavor_set_command(input.flavor, "hw:cpu_policy", "mixed"));
        }
        return input.all_vcpus();
    }
    if (policies.cpu == CpuPolicy::Mixed) {
        if (masked.realtime.empty() == masked.dedicated.empty()) {
            return refuse(
                "RequiredMixedOrRealtimeCPUMask",
                "Dedicated CPU set can be specified from either 'hw:cpu_dedicated_mask' or "
                "'hw:cpu_realtime_mask' when using 'mixed' CPU policy. 'hw:cpu_dedicated_mask' and "
                "'hw:cpu_realtime_mask' can not be specified at the same time, or be specified with none of "
                "them.",
                "hw:cpu_dedicated_mask", Provenance::Flavor,
                masked.realtime.empty() ? flavor_set_command(input.flavor, "hw:cpu_dedicated_mask", "^0")
                                        : flavor_unset_command(input.flavor, "hw:cpu_dedicated_mask"));
        }
        return masked.dedicated.empty() ? masked.realtime : masked.dedicated;
    }
    NOVA_RT_TRY(check_shared(input, policies, masked));
    return CpuSet{};
}

/// The cell's field takes a policy or none.
Verdict check_field_value(const RuleInput& input, const CpuPolicies& policies) {
    if (policies.thread || !is_empty_thread_policy(input)) {
        return {};
    }
    return refuse("ValueError", "Field value  is invalid", "hw:cpu_thread_policy", Provenance::Flavor,
                  flavor_unset_command(input.flavor, "hw:cpu_thread_policy"));
}

bool asks_for_pages(const std::optional<PageSizeRequest>& size) {
    return size && (size->kind != PageSizeRequest::Kind::Exact || size->exact.value > 0);
}

bool has_persistent_memory(const RuleInput& input) {
    return input.spec("hw:pmem").value_or("").find_first_not_of(", ") != std::string::npos;
}

Judged<CpuPolicies> judged_policies(const RuleInput& input) {
    CpuPolicies policies;
    NOVA_RT_TRY_ASSIGN(cpu, cpu_policy(input));
    NOVA_RT_TRY_ASSIGN(thread, cpu_thread_policy(input));
    policies.cpu = cpu;
    policies.thread = thread;
    return policies;
}

Verdict check_in_order(const RuleInput& input) {
    NOVA_RT_TRY(memory_encryption(input));
    NOVA_RT_TRY(pmu(input));
    NOVA_RT_TRY(serial_ports(input));
    NOVA_RT_TRY(realtime_vcpus(input));
    NOVA_RT_TRY(cpu_topology_wish(input));
    NOVA_RT_TRY(vif_multiqueue(input));
    NOVA_RT_TRY(packed_ring(input));
    return {};
}

/// What _get_guest_config refuses before it looks at a device.
Verdict check_memory_and_threads(const RuleInput& input, const NovaOptions& options,
                                 const RealtimeRequest& request) {
    const bool share = request.emulator_threads_policy == EmulatorThreadsPolicy::Share;
    if (request.is_realtime() && share && !options.cpu_shared_set) {
        return refuse("RealtimeMaskNotFoundOrInvalid",
                      "Use of realtime CPUs requires either one or more non-realtime CPU(s) or offloaded "
                      "emulator threads.",
                      "[compute]cpu_shared_set", Provenance::Config,
                      flavor_set_command(input.flavor, "hw:emulator_threads_policy", "isolate"));
    }
    if (!request.cells.empty() && request.page_size && options.file_backed_memory > 0) {
        return refuse("MemoryPagesUnsupported", "Host does not support guests with custom memory page sizes",
                      "[libvirt]file_backed_memory", Provenance::Config,
                      flavor_unset_command(input.flavor, "hw:mem_page_size"));
    }
    return {};
}

Verdict complete(const RuleInput& input, const GuestSite& site, RealtimeRequest& request) {
    NOVA_RT_TRY(check_disk_buses(input));
    NOVA_RT_TRY(check_memory_and_threads(input, site.options, request));
    NOVA_RT_TRY(copy_plain_values(input, request));
    NOVA_RT_TRY_ASSIGN(wish, cpu_topology_wish(input));
    request.topology_wish = wish;
    NOVA_RT_TRY_ASSIGN(topology, best_cpu_topology(request.vcpus, wish));
    request.cpu_topology = topology;
    const std::string machine = machine_type(request.machine_type, site.options, site.host.architecture);
    NOVA_RT_TRY_ASSIGN(firmware, guest_firmware(input, site.host, machine));
    request.firmware = firmware;
    NOVA_RT_TRY_ASSIGN(pmu_wish, pmu(input));
    request.pmu = pmu_wish;
    NOVA_RT_TRY_ASSIGN(multiqueue, vif_multiqueue(input));
    request.multiqueue = multiqueue;
    NOVA_RT_TRY_ASSIGN(packed, packed_ring(input));
    request.packed_ring = packed;
    if (site.has_ports) {
        NOVA_RT_TRY(check_vif_model(input, site.options));
    }
    NOVA_RT_TRY_ASSIGN(ports, serial_ports(input));
    request.serial_ports = ports;
    NOVA_RT_TRY(check_vtpm(input));
    NOVA_RT_TRY_ASSIGN(watchdog, watchdog_action(input));
    request.watchdog_action = watchdog;
    NOVA_RT_TRY_ASSIGN(encrypted, memory_encryption(input));
    request.memory_encryption = encrypted.has_value();
    NOVA_RT_TRY_ASSIGN(viommu, viommu_model(input, site.host.architecture, machine));
    request.viommu_model = viommu;
    request.hide_hypervisor = hides_hypervisor(input);
    return {};
}

} // namespace

Verdict check_server_request(const RuleInput& input) {
    return check_in_order(input).map_error([](Refusal refusal) {
        refusal.stage = "api";
        return refusal;
    });
}

Judged<RealtimeRequest> numa_request(const RuleInput& input) {
    NOVA_RT_TRY_ASSIGN(asked, judged_policies(input));
    MaskedVcpus masked;
    NOVA_RT_TRY_ASSIGN(realtime, realtime_vcpus(input));
    NOVA_RT_TRY_ASSIGN(dedicated, dedicated_vcpus(input));
    masked.realtime = realtime;
    masked.dedicated = dedicated;
    NOVA_RT_TRY_ASSIGN(emulator, emulator_threads_policy(input));
    asked.emulator_threads = emulator;
    NOVA_RT_TRY_ASSIGN(policies, apply_resources_and_traits(input, asked));
    NOVA_RT_TRY_ASSIGN(pinned, pinned_vcpus(input, policies, masked));
    NOVA_RT_TRY_ASSIGN(nodes, numa_node_count(input));
    NOVA_RT_TRY_ASSIGN(pages, page_size(input));
    NOVA_RT_TRY_ASSIGN(locked, locked_memory(input));

    RealtimeRequest request;
    request.vcpus = input.flavor.vcpus;
    request.memory = input.flavor.memory;
    request.cpu_policy = policies.cpu.value_or(CpuPolicy::Shared);
    request.thread_policy = policies.thread;
    request.emulator_threads_policy = policies.emulator_threads;
    request.realtime_vcpus = masked.realtime;
    request.page_size = asks_for_pages(pages) ? pages : std::nullopt;
    request.locked_memory = locked;
    if (nodes || request.page_size || has_persistent_memory(input) ||
        request.cpu_policy != CpuPolicy::Shared) {
        NOVA_RT_TRY_ASSIGN(cells, numa_cells(input, nodes.value_or(1), pinned));
        NOVA_RT_TRY(check_field_value(input, policies));
        request.cells = cells;
    }
    return request;
}

Verdict complete_for_host(const RuleInput& input, const GuestSite& site, RealtimeRequest& request) {
    return complete(input, site, request).map_error([](Refusal refusal) {
        refusal.stage = "xml";
        return refusal;
    });
}

} // namespace nova_rt
