#include "lint/rule_sets.hpp"

#include <algorithm>
#include <array>

namespace nova_rt {

namespace {

constexpr const char* kThreadPolicy = "hw:cpu_thread_policy";

/// The pCPUs of a plan, by who runs there.
struct Occupants {
    CpuSet realtime;
    CpuSet housekeeping; ///< pinned vCPUs that are not realtime
    CpuSet emulator;

    [[nodiscard]] CpuSet all() const { return realtime | housekeeping | emulator; }
};

Occupants occupants_of(const PinningPlan& plan) {
    Occupants occupants{
        .realtime = plan.realtime_pcpus(), .housekeeping = {}, .emulator = plan.emulator_pcpus};
    for (const CellPlacement& cell : plan.cells) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            if (!plan.realtime_vcpus.contains(vcpu.value)) {
                occupants.housekeeping.add(pcpu.value);
            }
        }
    }
    return occupants;
}

/// "pCPU 4", "pCPUs 4,6-7"
std::string pcpus_text(const CpuSet& pcpus) {
    return (pcpus.size() == 1 ? "pCPU " : "pCPUs ") + pcpus.to_cpulist();
}

/// The thread siblings of these pCPUs that are not among them.
CpuSet siblings_of(const LintSubject& subject, const CpuSet& pcpus) {
    CpuSet siblings;
    for (const HostCell& cell : subject.host->cells) {
        for (const CpuSet& core : cell.thread_siblings) {
            if (core.intersects(pcpus)) {
                siblings |= core - pcpus;
            }
        }
    }
    return siblings;
}

/// The command for a mask without the realtime vCPUs that share a core with these pCPUs; "" when none is
/// left.
std::string narrower_mask(const LintSubject& subject, const CpuSet& noisy) {
    CpuSet kept;
    for (const unsigned vcpu : subject.plan->realtime_vcpus) {
        const auto pcpu = subject.plan->pin_of(VcpuId{vcpu});
        const CpuSet core = pcpu ? siblings_of(subject, CpuSet{pcpu->value}) : CpuSet{};
        if (!core.intersects(noisy)) {
            kept.add(vcpu);
        }
    }
    return kept.empty() ? "" : subject.set_spec("hw:cpu_realtime_mask", kept.to_cpulist());
}

/// A rule about one kind of occupant: who of them is beside a realtime vCPU. Without a repair of its own, one
/// that makes the vCPUs beside them housekeeping vCPUs.
LintHits beside_realtime(const LintSubject& subject, const std::string& who,
                         CpuSet (*whose)(const LintSubject&, const Occupants&), std::string repair = {}) {
    if (!subject.host || !subject.plan || subject.plan->realtime_vcpus.empty()) {
        return {};
    }
    const Occupants occupants = occupants_of(*subject.plan);
    const CpuSet noisy = whose(subject, occupants);
    const CpuSet found = siblings_of(subject, occupants.realtime) & noisy;
    if (found.empty()) {
        return {};
    }
    const CpuSet disturbed = siblings_of(subject, found) & occupants.realtime;
    return {{.key = kThreadPolicy,
             .what = who + " " + pcpus_text(found) + ", thread sibling of realtime " + pcpus_text(disturbed),
             .repair = repair.empty() ? narrower_mask(subject, noisy) : std::move(repair)}};
}

LintHits emulator(const LintSubject& subject) {
    return beside_realtime(subject, "emulator threads run on",
                           [](const LintSubject&, const Occupants& who) { return who.emulator; });
}

LintHits housekeeping(const LintSubject& subject) {
    return beside_realtime(
        subject, "housekeeping vCPUs run on",
        [](const LintSubject&, const Occupants& who) { return who.housekeeping - who.emulator; });
}

LintHits shared_set(const LintSubject& subject) {
    return beside_realtime(
        subject, "guests without pinning float over",
        [](const LintSubject& s, const Occupants& who) {
            return s.options.cpu_shared_set.value_or(CpuSet{}) - who.all();
        },
        conf_line("compute", "cpu_shared_set", "whole cores, none of the dedicated set's"));
}

LintHits next_guest(const LintSubject& subject) {
    return beside_realtime(subject, "another guest has or gets",
                           [](const LintSubject& s, const Occupants& who) {
                               return s.options.cpu_dedicated_set.value_or(CpuSet{}) - who.all();
                           });
}

LintHits host_threads(const LintSubject& subject) {
    return beside_realtime(
        subject, "the host's own threads run on",
        [](const LintSubject& s, const Occupants& who) {
            if (!s.options.cpu_dedicated_set) {
                return CpuSet{};
            }
            return s.host->online - *s.options.cpu_dedicated_set -
                   s.options.cpu_shared_set.value_or(CpuSet{}) - who.all();
        },
        conf_line("compute", "cpu_dedicated_set", "whole cores"));
}

LintHits no_dedicated_set(const LintSubject& subject) {
    if (!subject.host || !subject.plan || subject.plan->realtime_vcpus.empty() ||
        subject.options.cpu_dedicated_set) {
        return {};
    }
    return {{.key = "[compute]cpu_dedicated_set",
             .what = "not set: realtime pCPUs " + subject.plan->realtime_pcpus().to_cpulist() +
                     " are shared with guests that float",
             .repair = conf_line("compute", "cpu_dedicated_set", "pCPUs for pinned vCPUs alone")}};
}

LintHits not_pinned(const LintSubject& subject) {
    if (!subject.plan || subject.plan->cells.empty()) {
        return {};
    }
    LintHits hits;
    for (const unsigned vcpu : subject.plan->realtime_vcpus) {
        const auto pcpu = subject.plan->pin_of(VcpuId{vcpu});
        const auto& dedicated = subject.options.cpu_dedicated_set;
        if (pcpu && (!dedicated || dedicated->contains(pcpu->value))) {
            continue;
        }
        hits.push_back({.key = "hw:cpu_realtime",
                        .what = "FIFO vCPU " + std::to_string(vcpu) +
                                (pcpu ? " is on pCPU " + std::to_string(pcpu->value) +
                                            " outside [compute]cpu_dedicated_set"
                                      : std::string(" floats over shared pCPUs")),
                        .repair = ""});
    }
    return hits;
}

/// The cells of a plan whose memory libvirt fills ahead from a thread on CPUs that no emulator thread has.
std::vector<const CellPlacement*> unfillable_cells(const LintSubject& subject) {
    std::vector<const CellPlacement*> cells;
    if (!subject.host || !subject.plan || subject.plan->emulator_pcpus.empty()) {
        return cells;
    }
    const bool at_once = subject.spec("rt:memory_allocation") == "immediate";
    for (const CellPlacement& cell : subject.plan->cells) {
        for (const HostCell& host : subject.host->cells) {
            if (host.id == cell.host_cell && (cell.huge_pages || at_once) &&
                !host.cpus.intersects(subject.plan->emulator_pcpus)) {
                cells.push_back(&cell);
            }
        }
    }
    return cells;
}

/// One more housekeeping vCPU in each of these cells; "" when that leaves no realtime vCPU.
std::string housekeeping_in(const LintSubject& subject, const std::vector<const CellPlacement*>& cells) {
    CpuSet realtime = subject.plan->realtime_vcpus;
    for (const CellPlacement* const cell : cells) {
        if (!cell->pins.empty()) {
            realtime.remove(cell->pins.begin()->first.value);
        }
    }
    return realtime.empty() ? "" : subject.set_spec("hw:cpu_realtime_mask", realtime.to_cpulist());
}

/// The shared set where it is on all these host cells, or else what it should be.
std::string share_with(const LintSubject& subject, const std::vector<const CellPlacement*>& cells) {
    const CpuSet shared = subject.options.cpu_shared_set.value_or(CpuSet{});
    const bool everywhere = std::ranges::all_of(cells, [&](const CellPlacement* cell) {
        return std::ranges::any_of(subject.host->cells, [&](const HostCell& host) {
            return host.id == cell->host_cell && host.cpus.intersects(shared);
        });
    });
    return everywhere ? subject.set_spec("hw:emulator_threads_policy", "share")
                      : conf_line("compute", "cpu_shared_set",
                                  "a CPU of each NUMA cell that has dedicated ones, for share");
}

LintHits emulator_off_memory(const LintSubject& subject) {
    const auto cells = unfillable_cells(subject);
    if (cells.empty()) {
        return {};
    }
    CpuSet host_cells;
    for (const CellPlacement* const cell : cells) {
        host_cells.add(cell->host_cell.value);
    }
    const bool beside_vcpus = subject.request && !subject.request->emulator_threads_policy;
    std::string repair = beside_vcpus && subject.realtime_vcpus().size() > cells.size()
                             ? housekeeping_in(subject, cells)
                             : std::string();
    return {{.key = "hw:emulator_threads_policy",
             .what = "emulator threads run on " + pcpus_text(subject.plan->emulator_pcpus) +
                     ", none of them on host NUMA cell " + host_cells.to_cpulist() +
                     ", where memory is filled before the guest starts",
             .repair = repair.empty() ? share_with(subject, cells) : std::move(repair)}};
}

constexpr LintTopic kPlacement = LintTopic::Placement;

constexpr auto kRules = std::to_array<LintRule>({
    {.id = "emulator-on-realtime-sibling",
     .topic = kPlacement,
     .found = "emulator threads on the thread sibling of a realtime pCPU",
     .why = "device emulation takes the core's units and cache from the realtime vCPU. Nova does not look at "
            "this; use hosts without SMT, or leave out one thread of each core in `cpu_dedicated_set`",
     .check = emulator},
    {.id = "housekeeping-on-realtime-sibling",
     .topic = kPlacement,
     .found = "a housekeeping vCPU on the thread sibling of a realtime pCPU",
     .why =
         "the guest's own kernel work slows its realtime vCPU. Put the mask's border between cores, or use "
         "hosts without SMT",
     .check = housekeeping},
    {.id = "shared-set-on-realtime-sibling",
     .topic = kPlacement,
     .found = "a pCPU of `cpu_shared_set` is the thread sibling of a realtime pCPU",
     .why = "any guest without pinning disturbs the realtime vCPU",
     .check = shared_set},
    {.id = "realtime-sibling-for-next-guest",
     .topic = kPlacement,
     .found = "the thread sibling of a realtime pCPU is in `cpu_dedicated_set` and not this guest's",
     .why = "another guest's vCPU shares the core with the realtime vCPU",
     .check = next_guest},
    {.id = "host-threads-on-realtime-sibling",
     .topic = kPlacement,
     .found = "the thread sibling of a realtime pCPU is in neither of Nova's sets",
     .why = "the host's own threads and interrupts share the core with the realtime vCPU",
     .check = host_threads},
    {.id = "host-without-dedicated-set",
     .topic = kPlacement,
     .found = "a realtime guest on a host without `[compute]cpu_dedicated_set`",
     .why = "Nova pins on CPUs where guests without pinning float too: FIFO vCPUs starve those, and are "
            "disturbed",
     .check = no_dedicated_set},
    {.id = "fifo-vcpu-not-pinned",
     .severity = LintSeverity::Error,
     .topic = kPlacement,
     .found = "a FIFO vCPU without exactly one pCPU of the dedicated set",
     .why = "it starves whatever shares its pCPUs. Nova's fit cache can do this with unequal guest cells on "
            "hosts "
            "of three or more NUMA cells",
     .check = not_pinned},
    {.id = "emulator-off-memory-node",
     .severity = LintSeverity::Error,
     .topic = kPlacement,
     .found = "huge pages, or memory allocated at once, on a NUMA cell where no emulator thread runs",
     .why = "libvirt 9.0 and QEMU 7.2, as Debian 12 has them, do not start the guest: \"Setting CPU affinity "
            "failed\"",
     .check = emulator_off_memory},
});

} // namespace

std::span<const LintRule> placement_lint_rules() {
    return kRules;
}

} // namespace nova_rt
