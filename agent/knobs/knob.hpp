// A knob: one thing about the host that realtime guests need set. It looks and decides; it cannot write.
#pragma once

#include "base/cpu_set.hpp"
#include "base/domain_uuid.hpp"
#include "base/result.hpp"
#include "knobs/host_demand.hpp"
#include "model/change.hpp"
#include "model/finding.hpp"
#include "model/lease.hpp"
#include "model/setting.hpp"
#include "ports/host_reader.hpp"
#include "ports/thread_control.hpp"
#include "ports/thread_lister.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// Whom a write disturbs besides the thread or mask it is for.
enum class BlastRadius {
    Silent,           ///< nobody
    InterProcessor,   ///< interrupts other CPUs for a moment
    StopMachine,      ///< stops every CPU, other guests' realtime vCPUs included
    NetworkCardReset, ///< loses packets
};

/// What a failed write means.
enum class WriteFailure {
    Failed,
    Immovable, ///< the kernel owns this one: an ordinary outcome
    Busy,      ///< the kernel refuses it in the host's present state; tried again later
    Gone,      ///< it vanished meanwhile: an ordinary outcome
};

struct KnobTraits {
    std::string_view name;
    std::string_view summary; ///< one line for `nova-rt doctor` and README.md
    Criticality criticality = Criticality::Advisory;
    BlastRadius blast_radius = BlastRadius::Silent;
};

/// Everything a knob may look at.
struct HostView {
    const HostReader& files;
    const ThreadControl& threads; ///< const: it can be asked, not told
    const ThreadLister& lister;
};

class Knob {
public:
    Knob() = default;
    Knob(const Knob&) = delete;
    Knob& operator=(const Knob&) = delete;
    virtual ~Knob() = default;

    [[nodiscard]] virtual const KnobTraits& traits() const = 0;

    /// Whether a setting that reads `seen` after `wanted` was written is as it should be.
    [[nodiscard]] virtual bool matches(const Setting& setting, std::string_view wanted,
                                       std::string_view seen) const {
        return same_value(setting, wanted, seen);
    }

    [[nodiscard]] virtual WriteFailure classify(const Error& error) const {
        return error.code() == ErrorCode::NotFound ? WriteFailure::Gone : WriteFailure::Failed;
    }
};

/// A setting that exists, and what it reads.
struct ProbedSetting {
    Setting setting;
    std::string value;
};

/// A knob for host-wide attributes, applied before QEMU exists.
class HostKnob : public Knob {
public:
    /// Every setting of this kind the host has; none when the kernel does not offer it.
    [[nodiscard]] virtual Result<std::vector<ProbedSetting>> probe(const HostView& view) const = 0;

    /// The setting's value under the demand, given its value without us. A function of its arguments.
    [[nodiscard]] virtual std::string desired(const Setting& setting, const std::string& baseline,
                                              const HostDemand& demand) const = 0;

    /// Whether a value that we did not write is the kernel's own doing: no foreign change, the baseline
    /// stays.
    [[nodiscard]] virtual bool written_by_kernel(const Setting& setting, const std::string& value,
                                                 const HostDemand& demand) const {
        static_cast<void>(setting);
        static_cast<void>(value);
        static_cast<void>(demand);
        return false;
    }

    /// The attribute whose value the kernel gives to a setting that is born; none when there is no such
    /// thing.
    [[nodiscard]] virtual std::optional<Setting> born_from() const { return std::nullopt; }

    /// Whether the baseline is journalled although it already is what is desired: the kernel may change the
    /// setting when another knob's is written.
    [[nodiscard]] virtual bool remembers(const Setting& setting, const std::string& baseline,
                                         const HostDemand& demand) const {
        static_cast<void>(setting);
        static_cast<void>(baseline);
        static_cast<void>(demand);
        return false;
    }

    /// Whether the setting is in force by effect, where that shows elsewhere than in the setting itself.
    [[nodiscard]] virtual std::vector<Finding> inspect(const HostView& view, const HostDemand& demand) const {
        static_cast<void>(view);
        static_cast<void>(demand);
        return {};
    }
};

/// An attribute that exists for the guests' sake, what it reads and what they need of it.
struct GuestTarget {
    Setting setting;
    std::string value;
    std::string wanted;
    bool in_force = false;
    std::optional<DomainUuid> owner; ///< none when guests share it
};

struct GuestProbe {
    std::vector<GuestTarget> targets; ///< each setting once
    std::vector<Finding> findings;    ///< why a guest cannot have it
};

/// A knob for the attributes of running guests' cgroups. Every attribute that no guest needs any more goes
/// back to its baseline.
class GuestKnob : public Knob {
public:
    /// What the started guests among `leases` need.
    [[nodiscard]] virtual GuestProbe probe(const HostView& view, const std::vector<Lease>& leases,
                                           const HostDemand& demand) const = 0;

    /// The setting's value, given its value without us and what guests need of it.
    [[nodiscard]] virtual std::string desired(const Setting& setting, const std::string& baseline,
                                              const std::string& wanted) const = 0;

    /// When a change from `before` to `after` is written.
    [[nodiscard]] virtual ChangePhase phase(const Setting& setting, const std::string& before,
                                            const std::string& after) const = 0;

    /// Whether `setting` goes back to its baseline while `changed` is written.
    [[nodiscard]] virtual bool rests_on(const Setting& setting, const Setting& changed) const = 0;

    /// The guest's pCPUs that this knob has made exclusive to it, by effect.
    [[nodiscard]] virtual CpuSet exclusive_pcpus(const HostView& view, const Lease& guest) const = 0;
};

/// A thread's setting, what it reads and what it shall read.
struct ThreadTarget {
    Setting setting;
    std::string value;
    std::string wanted;
    ChangePhase phase = ChangePhase::ThreadMask;
    FindingKind kind = FindingKind::ThreadOnRealtimePcpu; ///< what it is called while it is not met
    std::string subject;                                  ///< the thread, for messages
};

struct ThreadProbe {
    std::vector<ThreadTarget> targets;
    std::vector<Finding> findings; ///< what is wrong and not ours to change
};

/// A knob for a running guest's threads.
class ThreadKnob : public Knob {
public:
    /// Only settings that differ from what they should be are targets. Nothing for a guest whose threads are
    /// unknown or whose QEMU process has ended.
    [[nodiscard]] virtual Result<ThreadProbe> probe(const HostView& view, const Lease& guest,
                                                    const HostDemand& demand) const = 0;
};

} // namespace nova_rt
