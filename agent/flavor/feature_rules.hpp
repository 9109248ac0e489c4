// Features that a flavor and an image may both ask for: PMU, multiqueue, serial ports, memory encryption.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/realtime_request.hpp"

#include <optional>
#include <string>

namespace nova_rt {

/// nova/virt/hardware.py, get_pmu_constraint.
[[nodiscard]] Judged<std::optional<bool>> pmu(const RuleInput& input);

/// nova/virt/hardware.py, get_vif_multiqueue_constraint: false for one vCPU, before any conflict is seen.
[[nodiscard]] Judged<bool> vif_multiqueue(const RuleInput& input);

/// nova/virt/hardware.py, get_packed_virtqueue_constraint; Nova 26.2 knows no such thing, and it is false
/// there.
[[nodiscard]] Judged<bool> packed_ring(const RuleInput& input);

/// nova/virt/hardware.py, get_number_of_serial_ports.
[[nodiscard]] Judged<std::int64_t> serial_ports(const RuleInput& input);

/// nova/virt/hardware.py, get_mem_encryption_constraint: the model, "amd-sev" where Nova has no other or none
/// is named; none without encryption.
[[nodiscard]] Judged<std::optional<std::string>> memory_encryption(const RuleInput& input);

/// nova/virt/libvirt/driver.py, _guest_add_watchdog_action: the image wins. None without a watchdog.
[[nodiscard]] Judged<std::optional<std::string>> watchdog_action(const RuleInput& input);

/// nova/virt/hardware.py, _get_unique_flavor_image_meta: the value both agree on.
[[nodiscard]] Judged<std::optional<std::string>>
unique_value(const RuleInput& input, const std::string& spec_key, const std::string& image_key);

/// nova/virt/hardware.py, get_vtpm_constraint: the version, none without a vTPM.
[[nodiscard]] Judged<std::optional<std::string>> vtpm_version(const RuleInput& input);

/// Whether any of the three spellings asks to hide the hypervisor (driver.py, _set_features).
[[nodiscard]] bool hides_hypervisor(const RuleInput& input);

/// What is copied into the XML without a rule of its own: quotas, machine type, HPET, maxphysaddr. Refuses
/// what Python's int() refuses.
[[nodiscard]] Verdict copy_plain_values(const RuleInput& input, RealtimeRequest& request);

} // namespace nova_rt
