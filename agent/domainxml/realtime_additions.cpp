#include "domainxml/realtime_additions.hpp"

#include "base/cpu_set.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace nova_rt {
namespace {

/// Above are the kernel's own threads: IRQ threads run at 50.
constexpr unsigned kMaxPriority = 49;
constexpr unsigned kMaxIothreads = 64;

/// Applies one key after the other and collects the reasons.
class Additions {
public:
    Additions(const Properties& extra_specs, XmlElement domain)
        : extra_specs_(extra_specs), domain_(domain) {}

    Status apply() {
        NOVA_RT_TRY(apply_vcpu_priority());
        NOVA_RT_TRY(apply_emulator_priority());
        NOVA_RT_TRY(apply_iothreads());
        NOVA_RT_TRY(apply_iothread_priority());
        if (cputune().children().empty()) {
            cputune().remove();
        }
        return {};
    }

    std::vector<Reason> take_reasons() { return std::move(reasons_); }

private:
    /// The number a key asks for, none when the flavor does not have the key.
    Result<std::optional<unsigned>> asked(const char* key, unsigned first, unsigned last) const {
        const auto found = extra_specs_.find(key);
        if (found == extra_specs_.end()) {
            return std::optional<unsigned>();
        }
        const auto value = parse_number<unsigned>(found->second);
        if (!value || *value < first || *value > last) {
            return fail(ErrorCode::InvalidArgument,
                        "extra spec " + std::string(key) + " is " + quoted(found->second) +
                            ", not a number from " + std::to_string(first) + " to " + std::to_string(last));
        }
        return value;
    }

    void say(Reason::Severity severity, const char* key, std::string text) {
        reasons_.push_back({.severity = severity, .subject = key, .text = std::move(text)});
    }

    Status apply_vcpu_priority() {
        constexpr const char* kKey = "rt:vcpu_priority";
        NOVA_RT_TRY_ASSIGN(priority, asked(kKey, 1, kMaxPriority));
        if (!priority) {
            return {};
        }
        bool found = false;
        for (auto& scheduling : cputune().children("vcpusched")) {
            const std::string scheduler = scheduling.attribute("scheduler").value_or("");
            if (scheduler == "fifo" || scheduler == "rr") {
                scheduling.set_attribute("priority", std::uint64_t{*priority});
                found = true;
            }
        }
        if (found) {
            say(Reason::Severity::Info, kKey, "realtime vCPUs run at priority " + std::to_string(*priority));
        } else {
            say(Reason::Severity::Warning, kKey, "the guest has no realtime vCPU, nothing was changed");
        }
        return {};
    }

    Status apply_emulator_priority() {
        constexpr const char* kKey = "rt:emulator_priority";
        NOVA_RT_TRY_ASSIGN(priority, asked(kKey, 1, kMaxPriority));
        if (priority) {
            cputune()
                .child_or_add("emulatorsched")
                .set_attribute("scheduler", "fifo")
                .set_attribute("priority", std::uint64_t{*priority});
            say(Reason::Severity::Info, kKey,
                "emulator threads are FIFO at priority " + std::to_string(*priority));
        }
        return {};
    }

    Status apply_iothreads() {
        constexpr const char* kKey = "rt:iothreads";
        NOVA_RT_TRY_ASSIGN(count, asked(kKey, 0, kMaxIothreads));
        if (!count || *count == 0) {
            return {};
        }
        if (iothread_count() < *count) {
            domain_.child_or_add("iothreads").set_text(std::uint64_t{*count});
        }
        pin_iothreads();
        const unsigned attached = attach_disks(*count);
        say(Reason::Severity::Info, kKey,
            std::to_string(iothread_count()) + " IOThreads, " + std::to_string(attached) +
                " more disks attached");
        return {};
    }

    /// An IOThread without a pin of its own would run wherever the guest may; it belongs to the emulator.
    void pin_iothreads() {
        const auto emulator = cputune().child("emulatorpin");
        const auto cpuset = emulator ? emulator->attribute("cpuset") : std::nullopt;
        if (!cpuset) {
            return;
        }
        std::vector<bool> pinned(iothread_count() + 1, false);
        for (const auto& pin : cputune().children("iothreadpin")) {
            const auto id = parse_number<unsigned>(pin.attribute("iothread").value_or(""));
            if (id && *id < pinned.size()) {
                pinned[*id] = true;
            }
        }
        for (unsigned id = 1; id < pinned.size(); ++id) {
            if (!pinned[id]) {
                cputune()
                    .add_child("iothreadpin")
                    .set_attribute("iothread", std::uint64_t{id})
                    .set_attribute("cpuset", *cpuset);
            }
        }
    }

    /// Spreads the virtio disks that have no IOThread over those asked for. Other buses cannot have one.
    unsigned attach_disks(unsigned count) {
        unsigned attached = 0;
        unsigned next = 0;
        const auto devices = domain_.child("devices");
        for (auto& disk : devices ? devices->children("disk") : std::vector<XmlElement>{}) {
            const auto target = disk.child("target");
            if (!target || target->attribute("bus") != "virtio") {
                continue;
            }
            XmlElement driver = disk.child_or_add("driver");
            const unsigned id = next++ % count + 1;
            if (!driver.attribute("iothread")) {
                driver.set_attribute("iothread", std::uint64_t{id});
                ++attached;
            }
        }
        return attached;
    }

    Status apply_iothread_priority() {
        constexpr const char* kKey = "rt:iothread_priority";
        NOVA_RT_TRY_ASSIGN(priority, asked(kKey, 1, kMaxPriority));
        if (!priority) {
            return {};
        }
        if (iothread_count() == 0) {
            say(Reason::Severity::Warning, kKey, "the guest has no IOThread, nothing was changed");
            return {};
        }
        for (auto& old : cputune().children("iothreadsched")) {
            old.remove();
        }
        cputune()
            .add_child("iothreadsched")
            .set_attribute("iothreads", CpuSet::range(1, iothread_count()).to_cpulist())
            .set_attribute("scheduler", "fifo")
            .set_attribute("priority", std::uint64_t{*priority});
        say(Reason::Severity::Info, kKey, "IOThreads are FIFO at priority " + std::to_string(*priority));
        return {};
    }

    XmlElement cputune() { return domain_.child_or_add("cputune"); }

    /// Bounded, for the XML may come from anywhere.
    [[nodiscard]] unsigned iothread_count() const {
        const auto element = domain_.child("iothreads");
        const std::string text = element ? element->text() : "0";
        return std::min(parse_number<unsigned>(trimmed(text)).value_or(0), CpuSet::kMaxCpus - 1);
    }

    const Properties& extra_specs_;
    XmlElement domain_;
    std::vector<Reason> reasons_;
};

} // namespace

Result<std::vector<Reason>> apply_realtime_additions(const Properties& extra_specs, XmlElement domain) {
    Additions additions(extra_specs, domain);
    NOVA_RT_TRY(additions.apply());
    return additions.take_reasons();
}

} // namespace nova_rt
