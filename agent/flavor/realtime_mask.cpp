#include "flavor/realtime_mask.hpp"

#include "base/text.hpp"
#include "flavor/cpu_policy.hpp"

namespace nova_rt {

namespace {

constexpr const char* kRealtimeMask = "hw:cpu_realtime_mask";
constexpr const char* kDedicatedMask = "hw:cpu_dedicated_mask";
constexpr const char* kEmulatorThreads = "hw:emulator_threads_policy";

/// What was meant, as far as the guest has such vCPUs, or else all but the first.
std::string legal_mask(const CpuSet& all, const CpuSet& meant) {
    const CpuSet there = meant & all;
    return there.empty() || there == all ? "^0" : there.to_cpulist();
}

/// Sets a legal mask where the bad one is. A lone vCPU has none, so its emulator threads must go elsewhere.
std::string repaired_mask(const RuleInput& input, const std::string& key, Provenance provenance,
                          const CpuSet& meant) {
    const bool image = provenance == Provenance::Image;
    if (input.flavor.vcpus < 2 && key != kDedicatedMask) {
        const std::string elsewhere = flavor_set_command(input.flavor, kEmulatorThreads, "isolate");
        if (image) {
            return image_unset_command(input.image.id, key) + " && " + elsewhere;
        }
        return input.spec(key) ? flavor_unset_command(input.flavor, key) + " && " + elsewhere : elsewhere;
    }
    const std::string mask = legal_mask(input.all_vcpus(), meant);
    return image ? image_set_command(input.image.id, key, mask) : flavor_set_command(input.flavor, key, mask);
}

/// A mask that begins with "^" takes away from all vCPUs.
Judged<CpuSpec> parse_mask(const RuleInput& input, const std::string& mask, const std::string& key,
                           Provenance provenance) {
    const bool exclusion = trimmed(mask).starts_with('^');
    const std::string spec = exclusion && input.flavor.vcpus > 0
                                 ? "0-" + std::to_string(input.flavor.vcpus - 1) + "," + mask
                                 : mask;
    auto parsed = parse_cpu_spec(spec);
    if (!parsed) {
        Refusal refusal = std::move(parsed).error();
        refusal.key = key;
        refusal.provenance = provenance;
        refusal.repair = repaired_mask(input, key, provenance, {});
        return fail(std::move(refusal));
    }
    return parsed;
}

} // namespace

Judged<CpuSet> realtime_vcpus(const RuleInput& input) {
    const auto asked = input.spec("hw:cpu_realtime");
    if (!asked || !lenient_bool(*asked)) {
        return CpuSet{};
    }
    const auto image_mask = input.image.text("hw_cpu_realtime_mask");
    const bool from_image = image_mask && !image_mask->empty();
    const std::string key = from_image ? "hw_cpu_realtime_mask" : kRealtimeMask;
    const Provenance provenance = from_image ? Provenance::Image : Provenance::Flavor;
    const auto mask = from_image ? image_mask : input.nonempty_spec(kRealtimeMask);

    const CpuSet all = input.all_vcpus();
    CpuSpec realtime{.cpus = all, .beyond_limit = false};
    if (mask) {
        NOVA_RT_TRY_ASSIGN(parsed, parse_mask(input, *mask, key, provenance));
        realtime = parsed;
    }
    constexpr const char* kType = "RealtimeMaskNotFoundOrInvalid";
    const std::string no_housekeeping =
        "Use of realtime CPUs requires either one or more non-realtime CPU(s) or offloaded emulator threads.";
    const std::string repair = repaired_mask(input, key, provenance, realtime.cpus);
    if (realtime.empty()) {
        return refuse(kType, no_housekeeping, key, provenance, repair);
    }
    NOVA_RT_TRY_ASSIGN(emulator, emulator_threads_policy(input));
    if (!realtime.beyond_limit && realtime.cpus == all && !emulator) {
        return refuse(kType, no_housekeeping, key, provenance, repair);
    }
    if (!realtime.is_subset_of(all)) {
        return refuse(kType,
                      "Realtime policy vCPU(s) mask is configured with RT vCPUs that are not a subset of the "
                      "vCPUs in the flavor. See hw:cpu_realtime_mask or hw_cpu_realtime_mask",
                      key, provenance, repair);
    }
    return realtime.cpus;
}

Judged<CpuSet> dedicated_vcpus(const RuleInput& input) {
    const auto mask = input.nonempty_spec(kDedicatedMask);
    if (!mask) {
        return CpuSet{};
    }
    NOVA_RT_TRY_ASSIGN(dedicated, parse_mask(input, *mask, kDedicatedMask, Provenance::Flavor));
    constexpr const char* kType = "InvalidMixedInstanceDedicatedMask";
    const CpuSet all = input.all_vcpus();
    const std::string repair = repaired_mask(input, kDedicatedMask, Provenance::Flavor, dedicated.cpus);
    if (dedicated.empty() || all.is_subset_of(dedicated.cpus)) {
        return refuse(kType,
                      "Mixed instance must have at least 1 pinned vCPU and 1 unpinned vCPU. See "
                      "'hw:cpu_dedicated_mask'.",
                      kDedicatedMask, Provenance::Flavor, repair);
    }
    if (!dedicated.is_subset_of(all)) {
        return refuse(kType,
                      "Mixed instance dedicated vCPU(s) mask is not a subset of vCPUs in the flavor. See "
                      "\"hw:cpu_dedicated_mask\"",
                      kDedicatedMask, Provenance::Flavor, repair);
    }
    return dedicated.cpus;
}

} // namespace nova_rt
