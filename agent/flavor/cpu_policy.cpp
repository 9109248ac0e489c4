#include "flavor/cpu_policy.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace nova_rt {

namespace {

template <typename Value> struct Name {
    std::string_view text;
    Value value;
};

constexpr std::array<Name<CpuPolicy>, 3> kCpuPolicies = {
    {{"dedicated", CpuPolicy::Dedicated}, {"shared", CpuPolicy::Shared}, {"mixed", CpuPolicy::Mixed}}};
constexpr std::array<Name<CpuThreadPolicy>, 3> kThreadPolicies = {{{"prefer", CpuThreadPolicy::Prefer},
                                                                   {"isolate", CpuThreadPolicy::Isolate},
                                                                   {"require", CpuThreadPolicy::Require}}};
constexpr std::array<Name<EmulatorThreadsPolicy>, 2> kEmulatorPolicies = {
    {{"share", EmulatorThreadsPolicy::Share}, {"isolate", EmulatorThreadsPolicy::Isolate}}};

template <typename Value, std::size_t N>
std::optional<Value> value_of(const std::array<Name<Value>, N>& names, const std::string& text) {
    for (const auto& name : names) {
        if (name.text == text) {
            return name.value;
        }
    }
    return std::nullopt;
}

/// A policy's text as Nova's exceptions print it together with what is allowed.
template <typename Value, std::size_t N>
std::string given_and_available(const std::array<Name<Value>, N>& names, const std::string& given) {
    std::string list;
    for (const auto& name : names) {
        list += (list.empty() ? "'" : ", '") + std::string(name.text) + "'";
    }
    return "given: '" + given + "', available: '(" + list + ")'.";
}

/// The value a flavor's extra spec names; an unknown name is refused with the given exception.
template <typename Value, std::size_t N>
Judged<std::optional<Value>> flavor_value(const RuleInput& input, const std::string& key,
                                          const std::array<Name<Value>, N>& names, const char* exception,
                                          const std::string& what) {
    const auto text = input.nonempty_spec(key);
    if (!text) {
        return std::nullopt;
    }
    if (const auto value = value_of(names, *text)) {
        return value;
    }
    return refuse(exception, what + " is invalid, " + given_and_available(names, *text), key,
                  Provenance::Flavor, flavor_set_command(input.flavor, key, names.front().text));
}

/// nova/virt/hardware.py, _get_vcpu_pcpu_resources: sums over groups; re.match, so a prefix is enough.
std::int64_t requested(const RuleInput& input, std::string_view resource_class) {
    constexpr std::string_view kPrefix = "resources";
    std::int64_t sum = 0;
    for (const auto& [key, value] : input.flavor.extra_specs) {
        std::string_view rest = key;
        if (!rest.starts_with(kPrefix)) {
            continue;
        }
        rest.remove_prefix(kPrefix.size());
        const auto digits = rest.find_first_not_of("0123456789");
        const bool bad_group = digits != 0 && (digits == std::string_view::npos || rest.front() == '0');
        if (bad_group || !rest.substr(digits).starts_with(":" + std::string(resource_class))) {
            continue;
        }
        if (__builtin_add_overflow(sum, python_int(value).value_or(0), &sum)) {
            return std::numeric_limits<std::int64_t>::max();
        }
    }
    return sum;
}

/// nova/virt/hardware.py, _get_hyperthreading_trait.
std::optional<std::string> hyperthreading_trait(const RuleInput& input) {
    constexpr std::string_view kPrefix = "trait";
    for (const auto& [key, value] : input.flavor.extra_specs) {
        std::string_view rest = key;
        if (!rest.starts_with(kPrefix)) {
            continue;
        }
        rest.remove_prefix(kPrefix.size());
        const auto digits = rest.find_first_not_of("0123456789");
        const bool bad_group = digits != 0 && (digits == std::string_view::npos || rest.front() == '0');
        if (!bad_group && rest.substr(digits).starts_with(":HW_CPU_HYPERTHREADING")) {
            return value;
        }
    }
    return input.image.required_traits.contains("HW_CPU_HYPERTHREADING") ? std::optional("required")
                                                                         : std::nullopt;
}

Verdict check_pcpu_count(const RuleInput& input, const CpuPolicies& policies, std::int64_t pcpus) {
    const bool isolate = policies.emulator_threads == EmulatorThreadsPolicy::Isolate;
    const auto vcpus = static_cast<std::int64_t>(input.flavor.vcpus);
    const std::int64_t needed = vcpus + (isolate ? 1 : 0);
    if (pcpus == needed) {
        return {};
    }
    return refuse(
        "InvalidRequest",
        isolate ? "You have requested 'hw:emulator_threads_policy=isolate' but have not requested "
                  "sufficient PCPUs to handle this policy; you must allocate exactly flavor.vcpus + 1 "
                  "PCPUs."
                : "There is a mismatch between the number of PCPUs requested via 'resourcesNN:PCPU' and "
                  "the flavor); you must allocate exactly flavor.vcpus PCPUs",
        "resources:PCPU", Provenance::Flavor,
        flavor_set_command(input.flavor, "resources:PCPU", std::to_string(needed)));
}

Judged<std::optional<CpuPolicy>> policy_from_resources(const RuleInput& input, const CpuPolicies& policies) {
    const std::int64_t vcpus = requested(input, "VCPU");
    const std::int64_t pcpus = requested(input, "PCPU");
    if (policies.cpu && (vcpus != 0 || pcpus != 0)) {
        return refuse("InvalidRequest",
                      "It is not possible to use the 'resources:VCPU' or 'resources:PCPU' extra specs in "
                      "combination with the 'hw:cpu_policy' extra spec or 'hw_cpu_policy' image metadata "
                      "property; use one or the other",
                      pcpus != 0 ? "resources:PCPU" : "resources:VCPU", Provenance::Flavor,
                      flavor_unset_command(input.flavor, pcpus != 0 ? "resources:PCPU" : "resources:VCPU"));
    }
    if (vcpus != 0 && pcpus != 0) {
        return refuse("InvalidRequest",
                      "It is not possible to specify both 'resources:VCPU' and 'resources:PCPU' extra specs; "
                      "use one or the other",
                      "resources:VCPU", Provenance::Flavor,
                      flavor_unset_command(input.flavor, "resources:VCPU"));
    }
    if (pcpus != 0) {
        NOVA_RT_TRY(check_pcpu_count(input, policies, pcpus));
        return CpuPolicy::Dedicated;
    }
    return vcpus != 0 ? std::optional(CpuPolicy::Shared) : policies.cpu;
}

} // namespace

Judged<std::optional<CpuPolicy>> cpu_policy(const RuleInput& input) {
    NOVA_RT_TRY_ASSIGN(flavor,
                       flavor_value(input, "hw:cpu_policy", kCpuPolicies, "InvalidCPUAllocationPolicy",
                                    "CPU policy requested from 'flavor extra specs'"));
    const auto image_text = input.image.text("hw_cpu_policy");
    const auto image = image_text ? value_of(kCpuPolicies, *image_text) : std::nullopt;
    const bool forbidden =
        (flavor == CpuPolicy::Mixed && image == CpuPolicy::Dedicated) ||
        (flavor == CpuPolicy::Shared && (image == CpuPolicy::Mixed || image == CpuPolicy::Dedicated));
    if (forbidden) {
        return refuse("ImageCPUPinningForbidden",
                      "Image property 'hw_cpu_policy' is not permitted to override CPU pinning policy set "
                      "against the flavor",
                      "hw_cpu_policy", Provenance::Image,
                      flavor_set_command(input.flavor, "hw:cpu_policy", *image_text));
    }
    return flavor ? flavor : image;
}

bool is_empty_thread_policy(const RuleInput& input) {
    return input.spec("hw:cpu_thread_policy") == "";
}

Judged<std::optional<CpuThreadPolicy>> cpu_thread_policy(const RuleInput& input) {
    NOVA_RT_TRY_ASSIGN(flavor, flavor_value(input, "hw:cpu_thread_policy", kThreadPolicies,
                                            "InvalidCPUThreadAllocationPolicy",
                                            "CPU thread policy requested from 'flavor extra specs'"));
    const auto image_text = input.image.text("hw_cpu_thread_policy");
    const auto image = image_text ? value_of(kThreadPolicies, *image_text) : std::nullopt;
    const bool flavor_decides =
        flavor ? flavor != CpuThreadPolicy::Prefer : is_empty_thread_policy(input); // Nova tests for None
    if (flavor_decides && image && image != flavor) {
        return refuse("ImageCPUThreadPolicyForbidden",
                      "Image property 'hw_cpu_thread_policy' is not permitted to override CPU thread pinning "
                      "policy set against the flavor",
                      "hw_cpu_thread_policy", Provenance::Image,
                      flavor_set_command(input.flavor, "hw:cpu_thread_policy", *image_text));
    }
    return flavor ? flavor : image;
}

Judged<std::optional<EmulatorThreadsPolicy>> emulator_threads_policy(const RuleInput& input) {
    return flavor_value(input, "hw:emulator_threads_policy", kEmulatorPolicies,
                        "InvalidEmulatorThreadsPolicy", "CPU emulator threads option requested");
}

Judged<CpuPolicies> apply_resources_and_traits(const RuleInput& input, CpuPolicies policies) {
    NOVA_RT_TRY_ASSIGN(cpu, policy_from_resources(input, policies));
    policies.cpu = cpu;
    const auto trait = hyperthreading_trait(input);
    if (policies.thread && trait && !trait->empty()) {
        return refuse("InvalidRequest",
                      "It is not possible to use the 'trait:HW_CPU_HYPERTHREADING' extra spec in combination "
                      "with the 'hw:cpu_thread_policy' extra spec or 'hw_cpu_thread_policy' image metadata "
                      "property; use one or the other",
                      "trait:HW_CPU_HYPERTHREADING", Provenance::Flavor,
                      flavor_unset_command(input.flavor, "trait:HW_CPU_HYPERTHREADING"));
    }
    if (trait == "forbidden") {
        policies.thread = CpuThreadPolicy::Isolate;
    } else if (trait == "required") {
        policies.thread = CpuThreadPolicy::Require;
    }
    return policies;
}

} // namespace nova_rt
