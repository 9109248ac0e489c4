#include "base/text.hpp"
#include "flavor/realtime_mask.hpp"

#include "lint/rule_sets.hpp"

#include <array>

namespace nova_rt {

namespace {

constexpr const char* kRealtimeMask = "hw:cpu_realtime_mask";
constexpr const char* kDedicatedMask = "hw:cpu_dedicated_mask";
constexpr const char* kImageMask = "hw_cpu_realtime_mask";

/// The first item of a mask that changes nothing, "" when each has a part in its meaning. Nova applies all
/// exclusions after all inclusions, and a mask that begins with "^" includes every vCPU first.
std::string idle_item(const std::string& mask, const CpuSet& all) {
    const bool all_but = trimmed(mask).starts_with('^');
    CpuSet included = all_but ? all : CpuSet{};
    for (const std::string_view item : split(mask, ',')) {
        if (trimmed(item).starts_with('^')) {
            continue;
        }
        const auto spec = parse_cpu_spec(item);
        if (!spec) {
            return "";
        }
        if (spec->cpus.is_subset_of(included) && !spec->beyond_limit) {
            return std::string(item);
        }
        included |= spec->cpus;
    }
    CpuSet left = included;
    for (const std::string_view item : split(mask, ',')) {
        if (!trimmed(item).starts_with('^')) {
            continue;
        }
        const auto spec = parse_cpu_spec(trimmed(item).substr(1));
        if (!spec) {
            return "";
        }
        if (!spec->cpus.intersects(left)) {
            return std::string(item);
        }
        left -= spec->cpus;
    }
    return "";
}

LintHits odd_mask(const LintSubject& subject) {
    LintHits hits;
    const auto judge = [&](const std::string& key, const std::optional<std::string>& mask,
                           const Judged<CpuSet>& meaning, std::string repair) {
        if (!mask || !meaning || meaning->empty()) {
            return;
        }
        const std::string idle = idle_item(*mask, subject.rules().all_vcpus());
        if (!idle.empty()) {
            hits.push_back({.key = key,
                            .what = quoted(*mask) + " means vCPUs " + meaning->to_cpulist() + ": " +
                                    quoted(idle) + " adds nothing to it",
                            .repair = std::move(repair)});
        }
    };
    const auto realtime = realtime_vcpus(subject.rules());
    const auto dedicated = dedicated_vcpus(subject.rules());
    const auto image = subject.meta.text(kImageMask);
    const bool image_decides = image && !image->empty();
    if (image_decides) {
        judge(kImageMask, image, realtime,
              realtime ? image_set_command(subject.image.id, kImageMask, realtime->to_cpulist()) : "");
    } else {
        judge(kRealtimeMask, subject.spec(kRealtimeMask), realtime,
              realtime ? subject.set_spec(kRealtimeMask, realtime->to_cpulist()) : "");
    }
    judge(kDedicatedMask, subject.spec(kDedicatedMask), dedicated,
          dedicated ? subject.set_spec(kDedicatedMask, dedicated->to_cpulist()) : "");
    return hits;
}

LintHits mask_without_realtime(const LintSubject& subject) {
    if (subject.asks_realtime()) {
        return {};
    }
    LintHits hits;
    if (subject.spec(kRealtimeMask)) {
        hits.push_back({.key = kRealtimeMask,
                        .what = "the mask is ignored, because hw:cpu_realtime is not true",
                        .repair = subject.set_spec("hw:cpu_realtime", "true")});
    }
    if (!subject.meta.text(kImageMask).value_or("").empty()) {
        hits.push_back(
            {.key = kImageMask,
             .what = "the image's mask is ignored, because the flavor's hw:cpu_realtime is not true",
             .repair = subject.unset_image_property(kImageMask)});
    }
    return hits;
}

LintHits both_masks(const LintSubject& subject) {
    if (subject.spec("hw:cpu_policy") != "mixed" || !subject.spec(kRealtimeMask) ||
        !subject.spec(kDedicatedMask)) {
        return {};
    }
    return {{.key = kDedicatedMask,
             .what = "a mixed guest has both masks",
             .repair = subject.unset_spec(subject.asks_realtime() ? kDedicatedMask : kRealtimeMask)}};
}

LintHits mixed_but_all_pinned(const LintSubject& subject) {
    if (!subject.request || subject.request->cpu_policy != CpuPolicy::Mixed) {
        return {};
    }
    for (const GuestCell& cell : subject.request->cells) {
        if (!cell.shared_vcpus.empty()) {
            return {};
        }
    }
    return {{.key = "hw:cpu_policy",
             .what = "mixed, but every vCPU is pinned and none floats",
             .repair = subject.set_spec(kRealtimeMask, "^0")}};
}

LintHits no_housekeeping(const LintSubject& subject) {
    if (subject.realtime_vcpus().empty() || subject.realtime_vcpus() != subject.rules().all_vcpus()) {
        return {};
    }
    return {{.key = kRealtimeMask,
             .what = "every vCPU is realtime",
             .repair = subject.flavor.vcpus > 1 ? subject.set_spec(kRealtimeMask, "^0") : ""}};
}

LintHits realtime_boot_vcpu(const LintSubject& subject) {
    const CpuSet realtime = subject.realtime_vcpus();
    if (!realtime.contains(0) || realtime == subject.rules().all_vcpus()) {
        return {};
    }
    return {{.key = kRealtimeMask,
             .what = "vCPU 0 is realtime, and others are not",
             .repair = subject.set_spec(kRealtimeMask, "^0")}};
}

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "mask-reads-oddly",
     .found = "a mask with an item that changes nothing, like `^0-1,3` or `2-3,^0`",
     .why = "all exclusions apply after all inclusions; whoever reads the mask expects other vCPUs",
     .check = odd_mask},
    {.id = "mask-without-realtime",
     .found = "a realtime mask without `hw:cpu_realtime`",
     .why = "no vCPU is realtime, without a word",
     .check = mask_without_realtime},
    {.id = "mixed-with-both-masks",
     .severity = LintSeverity::Error,
     .found = "`mixed` with `hw:cpu_dedicated_mask` and `hw:cpu_realtime_mask`",
     .why = "refused for a realtime guest; for another one the realtime mask is ignored",
     .check = both_masks},
    {.id = "mixed-but-all-pinned",
     .found = "`mixed` and realtime without a mask: Nova pins all vCPUs",
     .why = "costs a pCPU per vCPU, as dedicated does, and placement is asked for no VCPU",
     .check = mixed_but_all_pinned},
    {.id = "no-housekeeping-vcpu",
     .found = "all vCPUs of a guest are realtime",
     .why = "the guest's kernel has no vCPU for its own work: its interrupts, timers and callbacks disturb "
            "realtime tasks",
     .check = no_housekeeping},
    {.id = "boot-vcpu-realtime",
     .found = "vCPU 0 is realtime in a guest that has housekeeping vCPUs",
     .why = "a guest's kernel puts timekeeping and most interrupts on CPU 0",
     .check = realtime_boot_vcpu},
});

} // namespace

std::span<const LintRule> mask_lint_rules() {
    return kRules;
}

} // namespace nova_rt
