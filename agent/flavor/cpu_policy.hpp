// CPU policy, thread policy and emulator threads policy: precedence between flavor, image and resources.
#pragma once

#include "flavor/rule_input.hpp"
#include "model/realtime_request.hpp"

#include <optional>

namespace nova_rt {

/// nova/virt/hardware.py, get_cpu_policy_constraint. None is Nova's "shared, and nobody asked".
[[nodiscard]] Judged<std::optional<CpuPolicy>> cpu_policy(const RuleInput& input);

/// nova/virt/hardware.py, get_cpu_thread_policy_constraint. A flavor's "prefer" hides the image's value.
[[nodiscard]] Judged<std::optional<CpuThreadPolicy>> cpu_thread_policy(const RuleInput& input);

/// An extra spec of no characters, which only gets past an API without validation: to Nova a policy that is
/// neither absent nor valid.
[[nodiscard]] bool is_empty_thread_policy(const RuleInput& input);

/// nova/virt/hardware.py, get_emulator_thread_policy_constraint.
[[nodiscard]] Judged<std::optional<EmulatorThreadsPolicy>> emulator_threads_policy(const RuleInput& input);

/// The three policies after resources:VCPU, resources:PCPU and trait:HW_CPU_HYPERTHREADING had their say.
struct CpuPolicies {
    std::optional<CpuPolicy> cpu;
    std::optional<CpuThreadPolicy> thread;
    std::optional<EmulatorThreadsPolicy> emulator_threads;
};

/// The part of nova/virt/hardware.py, numa_get_constraints, that lets explicit resources and the
/// hyperthreading trait replace policies. Takes the policies as cpu_policy() and its likes give them.
[[nodiscard]] Judged<CpuPolicies> apply_resources_and_traits(const RuleInput& input, CpuPolicies policies);

} // namespace nova_rt
