#include "flavor/placement_request.hpp"

#include "base/text.hpp"
#include "flavor/cpu_policy.hpp"
#include "flavor/extra_specs.hpp"
#include "flavor/feature_rules.hpp"
#include "flavor/realtime_mask.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace nova_rt {

namespace {

constexpr const char* kHyperthreading = "HW_CPU_HYPERTHREADING";

struct GroupedKey {
    bool trait = false;
    std::string group;
    std::string name;
};

/// ^(resources|trait)([a-zA-Z0-9_-]{1,64})?:(.*)$
std::optional<GroupedKey> grouped_key(std::string_view key) {
    constexpr std::size_t kMaxGroup = 64;
    for (const std::string_view prefix : {std::string_view("resources"), std::string_view("trait")}) {
        const auto colon = key.find(':');
        if (!key.starts_with(prefix) || colon == std::string_view::npos) {
            continue;
        }
        const std::string_view group = key.substr(prefix.size(), colon - prefix.size());
        const bool plain = std::ranges::all_of(group, [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                   c == '-';
        });
        if (plain && group.size() <= kMaxGroup) {
            return GroupedKey{.trait = prefix == "trait",
                              .group = std::string(group),
                              .name = std::string(key.substr(colon + 1))};
        }
    }
    return std::nullopt;
}

/// RequestGroup.add_resource: unknown classes and bad amounts are dropped with a warning in Nova's log.
void add_resource(PlacementGroup& group, const std::string& name, std::int64_t amount) {
    if ((name.starts_with("CUSTOM_") || is_standard_resource_class(name)) && amount >= 0) {
        group.resources[name] = amount;
    }
}

void add_trait(PlacementGroup& group, const std::string& name, std::string_view kind) {
    if (kind == "required") {
        group.required.insert(name);
    } else if (kind == "forbidden") {
        group.forbidden.insert(name);
    }
}

void add_extra_specs(const RuleInput& input, PlacementRequest& request) {
    for (const auto& [key, value] : input.flavor.extra_specs) {
        const auto parsed = grouped_key(key);
        if (!parsed) {
            continue;
        }
        PlacementGroup& group = request[parsed->group];
        if (parsed->trait) {
            add_trait(group, parsed->name, value);
        } else {
            add_resource(group, parsed->name, python_int(value).value_or(-1));
        }
    }
    for (const auto& trait : input.image.required_traits) {
        add_trait(request[""], trait, "required");
    }
}

Verdict add_cpu_policies(const RuleInput& input, PlacementRequest& request) {
    NOVA_RT_TRY_ASSIGN(policy, cpu_policy(input));
    NOVA_RT_TRY_ASSIGN(thread, cpu_thread_policy(input));
    NOVA_RT_TRY_ASSIGN(emulator, emulator_threads_policy(input));
    const auto vcpus = static_cast<std::int64_t>(input.flavor.vcpus);
    std::int64_t pcpus = vcpus;
    if (policy == CpuPolicy::Mixed) {
        NOVA_RT_TRY_ASSIGN(dedicated, dedicated_vcpus(input));
        NOVA_RT_TRY_ASSIGN(realtime, realtime_vcpus(input));
        pcpus = static_cast<std::int64_t>(dedicated.empty() ? realtime.size() : dedicated.size());
        add_resource(request[""], "VCPU", vcpus - pcpus);
    }
    if (policy == CpuPolicy::Dedicated || policy == CpuPolicy::Mixed) {
        add_resource(request[""], "PCPU", pcpus + (emulator == EmulatorThreadsPolicy::Isolate ? 1 : 0));
    }
    if (thread == CpuThreadPolicy::Isolate) {
        add_trait(request[""], kHyperthreading, "forbidden");
    } else if (thread == CpuThreadPolicy::Require) {
        add_trait(request[""], kHyperthreading, "required");
    }
    return {};
}

bool asks_for(const PlacementRequest& request, const std::string& resource) {
    return std::ranges::any_of(request,
                               [&](const auto& group) { return group.second.resources.contains(resource); });
}

void add_flavor_sizes(const RuleInput& input, PlacementRequest& request) {
    const Flavor& flavor = input.flavor;
    if (!asks_for(request, "VCPU") && !asks_for(request, "PCPU")) {
        add_resource(request[""], "VCPU", static_cast<std::int64_t>(flavor.vcpus));
    }
    if (!asks_for(request, "MEMORY_MB")) {
        add_resource(request[""], "MEMORY_MB", static_cast<std::int64_t>(flavor.memory.value));
    }
    const std::uint64_t swap_gb = (flavor.swap.value + 1023) / 1024;
    const auto disk = static_cast<std::int64_t>(flavor.ephemeral_gb + swap_gb + flavor.root_gb);
    if (!asks_for(request, "DISK_GB") && disk != 0) {
        add_resource(request[""], "DISK_GB", disk);
    }
}

/// os_resource_classes.normalize_name, without its prefix: what is neither letter nor digit becomes one "_".
std::string normal_name(std::string_view name) {
    std::string normal;
    for (const char c : name) {
        const bool lower = c >= 'a' && c <= 'z';
        const bool kept = lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (kept) {
            normal += lower ? static_cast<char>(c - 'a' + 'A') : c;
        } else if (!normal.ends_with('_')) {
            normal += '_';
        }
    }
    return normal;
}

void add_persistent_memory(const RuleInput& input, PlacementRequest& request) {
    const std::string labels = input.spec("hw:pmem").value_or("");
    std::map<std::string, std::int64_t> amounts;
    for (std::size_t at = 0; at < labels.size();) {
        const auto comma = std::min(labels.find(',', at), labels.size());
        if (const auto label = trimmed(std::string_view(labels).substr(at, comma - at)); !label.empty()) {
            ++amounts["CUSTOM_" + normal_name("PMEM_NAMESPACE_" + std::string(label))];
        }
        at = comma + 1;
    }
    for (const auto& [name, amount] : amounts) {
        add_resource(request[""], name, amount);
    }
}

Verdict add_features(const RuleInput& input, PlacementRequest& request) {
    NOVA_RT_TRY_ASSIGN(encrypted, memory_encryption(input));
    if (encrypted) {
        add_resource(request[""], "MEM_ENCRYPTION_CONTEXT", 1);
        if (input.release == NovaRelease::Gazpacho) {
            add_trait(request[""],
                      *encrypted == "amd-sev-es" ? "HW_CPU_X86_AMD_SEV_ES" : "HW_CPU_X86_AMD_SEV",
                      "required");
        }
    }
    add_persistent_memory(input, request);
    NOVA_RT_TRY_ASSIGN(tpm, vtpm_version(input));
    if (tpm) {
        add_trait(request[""], tpm == "1.2" ? "COMPUTE_SECURITY_TPM_1_2" : "COMPUTE_SECURITY_TPM_2_0",
                  "required");
    }
    const auto pci = input.nonempty_spec("hw:pci_numa_affinity_policy");
    const auto image_pci = input.image.text("hw_pci_numa_affinity_policy");
    if (pci && image_pci && *pci != *image_pci) {
        return refuse("ImagePCINUMAPolicyForbidden",
                      "Image property 'hw_pci_numa_affinity_policy' is not permitted to override the "
                      "'hw:pci_numa_affinity_policy' flavor extra spec.",
                      "hw_pci_numa_affinity_policy", Provenance::Image,
                      flavor_set_command(input.flavor, "hw:pci_numa_affinity_policy", *image_pci));
    }
    const auto affinity = pci ? pci : image_pci;
    if (affinity && *affinity != "required" && *affinity != "preferred" && *affinity != "legacy" &&
        *affinity != "socket") {
        return refuse("InvalidPCINUMAAffinity", "Invalid PCI NUMA affinity configured: " + *affinity,
                      "hw:pci_numa_affinity_policy");
    }
    if (affinity == "socket") {
        add_trait(request[""], "COMPUTE_SOCKET_PCI_NUMA_AFFINITY", "required");
    }
    NOVA_RT_TRY_ASSIGN(boot, unique_value(input, "os:secure_boot", "os_secure_boot"));
    if (boot && *boot != "required" && *boot != "disabled" && *boot != "optional") {
        return refuse("Invalid",
                      "Invalid secure boot policy '" + *boot +
                          "'. Allowed values: required, disabled, optional.",
                      "os:secure_boot");
    }
    if (boot == "required") {
        add_trait(request[""], "COMPUTE_SECURITY_UEFI_SECURE_BOOT", "required");
    }
    return {};
}

} // namespace

Judged<PlacementRequest> placement_request(const RuleInput& input) {
    PlacementRequest request;
    add_extra_specs(input, request);
    NOVA_RT_TRY(add_cpu_policies(input, request));
    add_flavor_sizes(input, request);
    NOVA_RT_TRY(add_features(input, request));
    for (auto& [suffix, group] : request) {
        std::erase_if(group.resources, [](const auto& resource) { return resource.second == 0; });
    }
    std::erase_if(request, [](const auto& group) {
        return group.second.resources.empty() && group.second.required.empty() &&
               group.second.forbidden.empty();
    });
    return request;
}

} // namespace nova_rt
