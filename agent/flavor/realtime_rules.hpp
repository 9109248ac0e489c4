// Every rule about a flavor and an image, in the order in which Nova applies them.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/host_topology.hpp"
#include "model/nova_options.hpp"
#include "model/realtime_request.hpp"

namespace nova_rt {

/// compute/api.py, _validate_flavor_image_numa_pci without its last step: what POST /servers checks before
/// the CPU and NUMA rules of numa_request(). Stage "api".
[[nodiscard]] Verdict check_server_request(const RuleInput& input);

/// nova/virt/hardware.py, numa_get_constraints: policies, masks, page size and guest cells. The stage of a
/// refusal is left empty.
[[nodiscard]] Judged<RealtimeRequest> numa_request(const RuleInput& input);

/// Where a guest is built, and whether it gets a port.
struct GuestSite {
    const HostTopology& host;
    const NovaOptions& options;
    bool has_ports = false;
};

/// nova/virt/libvirt/driver.py, _get_guest_config: what fails only when a host builds the guest, in Nova's
/// order, and what its result adds to the request (CPU topology, watchdog, quotas, features). Stage "xml".
[[nodiscard]] Verdict complete_for_host(const RuleInput& input, const GuestSite& site,
                                        RealtimeRequest& request);

} // namespace nova_rt
