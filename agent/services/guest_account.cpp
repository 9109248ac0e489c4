#include "services/guest_account.hpp"

#include "base/text.hpp"
#include "flavor/image_meta.hpp"
#include "flavor/origins.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace nova_rt {

namespace {

std::string_view name_of(CpuPolicy policy) {
    switch (policy) {
    case CpuPolicy::Shared:
        return "shared";
    case CpuPolicy::Dedicated:
        return "dedicated";
    case CpuPolicy::Mixed:
        return "mixed";
    }
    return "shared";
}

std::string_view name_of(std::optional<CpuThreadPolicy> policy) {
    switch (policy.value_or(CpuThreadPolicy::Prefer)) {
    case CpuThreadPolicy::Prefer:
        return "prefer";
    case CpuThreadPolicy::Isolate:
        return "isolate";
    case CpuThreadPolicy::Require:
        return "require";
    }
    return "prefer";
}

std::string_view name_of(std::optional<EmulatorThreadsPolicy> policy) {
    if (!policy) {
        return "none";
    }
    return *policy == EmulatorThreadsPolicy::Isolate ? "isolate" : "share";
}

/// "hw:cpu_policy=dedicated from the flavor", "no hw:cpu_policy".
std::string because(const RuleInput& rules, const std::string& key) {
    const Origin origin = origin_of(rules, key);
    if (origin.provenance == Provenance::Default) {
        return "no " + key;
    }
    return origin.key + "=" + printable(origin.value) +
           (origin.provenance == Provenance::Image ? " from the image" : " from the flavor");
}

/// What names the vCPUs of a set, or that nothing does.
std::string mask_because(const RuleInput& rules) {
    const Origin mask = origin_of(rules, "hw:cpu_realtime_mask");
    return mask.provenance == Provenance::Default ? "no hw:cpu_realtime_mask: all vCPUs"
                                                  : because(rules, "hw:cpu_realtime_mask");
}

std::string pages_choice(const std::vector<MemoryAccount>& memory) {
    std::string text;
    for (const MemoryAccount& cell : memory) {
        const std::string size = cell.page_size ? in_words(*cell.page_size) : "any memory";
        if (text.find(size) == std::string::npos) {
            text += (text.empty() ? "" : ", ") + size;
        }
    }
    return text.empty() ? "any memory" : text;
}

std::string emulator_because(const RuleInput& rules, const RealtimeRequest& request) {
    const std::string key = because(rules, "hw:emulator_threads_policy");
    if (request.emulator_threads_policy) {
        return key;
    }
    return key + (request.is_realtime() ? ": they run beside the vCPUs that are not realtime"
                                        : ": they run beside the vCPUs");
}

std::string numa_because(const RuleInput& rules, const RealtimeRequest& request) {
    if (origin_of(rules, "hw:numa_nodes").provenance != Provenance::Default) {
        return because(rules, "hw:numa_nodes");
    }
    return request.cells.empty() ? "no hw:numa_nodes, pinning or page size: none is asked for"
                                 : "no hw:numa_nodes: pinning and page sizes make one";
}

void decide(const TranslationInput& input, const RuleInput& rules, const RealtimeRequest& request,
            GuestAccount& account) {
    const auto add = [&](std::string subject, std::string_view choice, std::string why) {
        account.decisions.push_back(
            {.subject = std::move(subject), .choice = std::string(choice), .because = std::move(why)});
    };
    add("CPU policy", name_of(request.cpu_policy), because(rules, "hw:cpu_policy"));
    const bool mixed_by_mask = request.cpu_policy == CpuPolicy::Mixed;
    if (mixed_by_mask) {
        CpuSet pinned;
        for (const GuestCell& cell : request.cells) {
            pinned |= cell.pinned_vcpus;
        }
        const bool dedicated = rules.nonempty_spec("hw:cpu_dedicated_mask").has_value();
        add("pinned vCPUs", pinned.empty() ? "none" : pinned.to_cpulist(),
            dedicated ? because(rules, "hw:cpu_dedicated_mask") : "the realtime vCPUs");
    }
    add("realtime vCPUs", request.is_realtime() ? request.realtime_vcpus.to_cpulist() : "none",
        because(rules, "hw:cpu_realtime") + (request.is_realtime() ? ", " + mask_because(rules) : ""));
    if (request.is_realtime()) {
        const std::int64_t priority = input.options.realtime_scheduler_priority;
        add("FIFO priority", std::to_string(priority),
            std::string("[libvirt]realtime_scheduler_priority") +
                (priority == NovaOptions{}.realtime_scheduler_priority ? ", Nova's default"
                                                                       : " of nova.conf"));
    }
    if (request.cpu_policy != CpuPolicy::Shared) {
        add("thread policy", name_of(request.thread_policy), because(rules, "hw:cpu_thread_policy"));
        add("emulator threads", name_of(request.emulator_threads_policy), emulator_because(rules, request));
    }
    add("guest NUMA cells", std::to_string(request.cells.size()), numa_because(rules, request));
    add("pages", pages_choice(account.memory), because(rules, "hw:mem_page_size"));
}

/// Who runs on a thread that shares a core with a vCPU of this guest.
std::string occupant_of(const TranslationInput& input, const Translation& answer, unsigned pcpu) {
    const PinningPlan& plan = *answer.plan;
    for (const CellPlacement& cell : plan.cells) {
        for (const auto& [vcpu, pinned] : cell.pins) {
            if (pinned.value == pcpu) {
                const bool realtime = plan.realtime_vcpus.contains(vcpu.value);
                return "vCPU " + std::to_string(vcpu.value) + (realtime ? ", realtime" : "") +
                       (plan.emulator_pcpus.contains(pcpu) ? ", emulator threads" : "");
            }
        }
    }
    if (plan.emulator_pcpus.contains(pcpu)) {
        return "emulator threads";
    }
    const NovaOptions& options = input.options;
    if (options.cpu_shared_set && options.cpu_shared_set->contains(pcpu)) {
        return "guests that float";
    }
    for (const ResidentGuest& guest : input.residents) {
        for (const auto& [vcpu, pins] : guest.domain.vcpu_pins) {
            if (pins.contains(pcpu)) {
                return "vCPU " + std::to_string(vcpu.value) + " of a guest that runs here";
            }
        }
    }
    if (answer.request->thread_policy == CpuThreadPolicy::Isolate) {
        return "idle, taken by isolate";
    }
    const bool dedicated = !options.cpu_dedicated_set || options.cpu_dedicated_set->contains(pcpu);
    return dedicated ? "free for another guest" : "the host";
}

std::vector<CoreMate> siblings_of(const TranslationInput& input, const Translation& answer, PcpuId pcpu) {
    std::vector<CoreMate> mates;
    if (!input.host) {
        return mates;
    }
    for (const HostCell& cell : input.host->cells) {
        for (const CpuSet& core : cell.thread_siblings) {
            if (!core.contains(pcpu.value)) {
                continue;
            }
            for (const unsigned other : core) {
                if (other != pcpu.value) {
                    mates.push_back({.pcpu = {other}, .occupant = occupant_of(input, answer, other)});
                }
            }
        }
    }
    return mates;
}

std::string vcpu_because(const RuleInput& rules, const RealtimeRequest& request, bool pinned) {
    const std::string policy = because(rules, "hw:cpu_policy");
    if (request.is_realtime()) {
        return mask_because(rules) + (pinned ? "" : "; floats: " + policy);
    }
    const bool mixed = request.cpu_policy == CpuPolicy::Mixed;
    return mixed ? because(rules, "hw:cpu_dedicated_mask") : policy;
}

void place(const TranslationInput& input, const RuleInput& rules, const Translation& answer,
           GuestAccount& account) {
    const PinningPlan& plan = *answer.plan;
    for (unsigned number = 0; number < input.flavor.vcpus; ++number) {
        VcpuAccount vcpu;
        vcpu.vcpu = {number};
        vcpu.realtime = plan.realtime_vcpus.contains(number);
        vcpu.pcpu = plan.pin_of(vcpu.vcpu);
        vcpu.scheduler = vcpu.realtime ? "fifo " + std::to_string(plan.realtime_priority) : "other";
        for (const CellPlacement& cell : plan.cells) {
            const bool floats = cell.shared_vcpus.contains(number);
            if (floats || cell.pins.contains(vcpu.vcpu)) {
                vcpu.host_cell = cell.host_cell;
                vcpu.float_pcpus = floats ? cell.float_pcpus : CpuSet{};
            }
        }
        if (vcpu.pcpu) {
            vcpu.siblings = siblings_of(input, answer, *vcpu.pcpu);
        }
        vcpu.because = vcpu_because(rules, *answer.request, vcpu.pcpu.has_value());
        account.vcpus.push_back(std::move(vcpu));
    }
    account.emulator_pcpus = plan.emulator_pcpus;
}

GuestCost cost_of(const GuestAccount& account, const PinningPlan& plan) {
    GuestCost cost;
    CpuSet idle;
    for (const VcpuAccount& vcpu : account.vcpus) {
        cost.for_vcpus += vcpu.pcpu ? std::size_t{1} : std::size_t{0};
        for (const CoreMate& mate : vcpu.siblings) {
            if (mate.occupant.starts_with("idle")) {
                idle.add(mate.pcpu.value);
            }
        }
    }
    for (const CellPlacement& cell : plan.cells) {
        cost.for_emulator += cell.emulator_pcpu ? std::size_t{1} : std::size_t{0};
    }
    cost.idle_siblings = idle.size();
    return cost;
}

} // namespace

std::string in_words(KiB size) {
    constexpr std::uint64_t kPerUnit = 1024;
    constexpr std::array<const char*, 3> kLarger = {" MiB", " GiB", " TiB"};
    std::uint64_t count = size.value;
    const char* unit = " KiB";
    for (const char* const larger : kLarger) {
        if (count == 0 || count % kPerUnit != 0) {
            break;
        }
        count /= kPerUnit;
        unit = larger;
    }
    return std::to_string(count) + unit;
}

GuestAccount account_of(const TranslationInput& input, const Translation& translation) {
    GuestAccount account;
    if (translation.error || !translation.request) {
        return account;
    }
    const ImageMeta image = coerce_image(input.image, input.options.release).value_or(ImageMeta{});
    const RuleInput rules{.flavor = input.flavor, .image = image, .release = input.options.release};
    if (translation.plan) {
        for (const CellPlacement& cell : translation.plan->cells) {
            account.memory.push_back({.guest_cell = cell.guest_cell,
                                      .host_cell = cell.host_cell,
                                      .memory = cell.memory,
                                      .page_size = cell.page_size});
        }
        place(input, rules, translation, account);
        account.cost = cost_of(account, *translation.plan);
    }
    decide(input, rules, *translation.request, account);
    return account;
}

} // namespace nova_rt
