// Devices and firmware that Nova only judges when a host builds the guest.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/firmware.hpp"
#include "model/host_topology.hpp"
#include "model/nova_options.hpp"

#include <optional>
#include <string>

namespace nova_rt {

/// nova/virt/libvirt/utils.py, get_machine_type: the image's, the host's option, or Nova's default.
[[nodiscard]] std::string machine_type(const std::optional<std::string>& image_type,
                                       const NovaOptions& options, const std::string& architecture);

/// nova/virt/libvirt/blockinfo.py, get_disk_bus_for_device_type: buses that KVM does not have are refused.
[[nodiscard]] Verdict check_disk_buses(const RuleInput& input);

/// nova/virt/libvirt/vif.py, is_vif_model_valid_for_virt: asked once a guest has a port.
[[nodiscard]] Verdict check_vif_model(const RuleInput& input, const NovaOptions& options);

/// nova/virt/libvirt/driver.py, _add_vtpm_device. The secret of an emulated TPM is in Nova's key manager and
/// not in a case, so every guest with one is refused, in Nova's words.
[[nodiscard]] Verdict check_vtpm(const RuleInput& input);

/// nova/virt/libvirt/driver.py, _get_iommu_model: the flavor's model before the image's. None without one.
[[nodiscard]] Judged<std::optional<std::string>>
viommu_model(const RuleInput& input, const std::string& architecture, const std::string& machine);

/// nova/virt/libvirt/driver.py, _configure_guest_by_virt_type, and host.py, get_loader: the first of the
/// host's descriptors for the machine and with or without secure boot, as asked. Where the host's are not
/// known the choice is libvirt's. None for a guest without UEFI.
[[nodiscard]] Judged<std::optional<GuestFirmware>>
guest_firmware(const RuleInput& input, const HostTopology& host, const std::string& machine);

} // namespace nova_rt
