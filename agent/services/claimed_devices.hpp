// What a flavor asks for that Nova picks when it claims the guest's resources.
#pragma once

#include "model/flavor.hpp"
#include "model/pinning_plan.hpp"

#include <vector>

namespace nova_rt {

/// One warning for each extra spec whose devices stand in Nova's XML and not in ours: PCI aliases,
/// accelerators, vGPUs and persistent memory. Which ones they are, nobody knows before the claim. Source:
/// nova/virt/libvirt/driver.py, _guest_add_pci_devices, _guest_add_accel_pci_devices, _guest_add_mdevs,
/// _guest_add_vpmems.
[[nodiscard]] std::vector<Reason> claimed_devices(const Flavor& flavor);

} // namespace nova_rt
