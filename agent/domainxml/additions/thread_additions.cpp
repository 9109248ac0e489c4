#include "base/cpu_set.hpp"
#include "base/text.hpp"
#include "domainxml/additions/additions.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace nova_rt::additions {
namespace {

/// Bounded, for the XML may come from anywhere.
unsigned iothread_count(const AdditionContext& context) {
    const auto element = context.domain().child("iothreads");
    const std::string text = element ? element->text() : "0";
    return std::min(parse_number<unsigned>(trimmed(text)).value_or(0), CpuSet::kMaxCpus - 1);
}

/// An IOThread without a pin of its own would run wherever the guest may; it belongs to the emulator.
void pin_iothreads(const AdditionContext& context) {
    XmlElement cputune = context.cputune();
    const auto emulator = cputune.child("emulatorpin");
    const auto cpuset = emulator ? emulator->attribute("cpuset") : std::nullopt;
    if (!cpuset) {
        return;
    }
    std::vector<bool> pinned(iothread_count(context) + 1, false);
    for (const auto& pin : cputune.children("iothreadpin")) {
        const auto id = parse_number<unsigned>(pin.attribute("iothread").value_or(""));
        if (id && *id < pinned.size()) {
            pinned[*id] = true;
        }
    }
    for (unsigned id = 1; id < pinned.size(); ++id) {
        if (!pinned[id]) {
            cputune.add_child("iothreadpin")
                .set_attribute("iothread", std::uint64_t{id})
                .set_attribute("cpuset", *cpuset);
        }
    }
}

/// Spreads the virtio disks that have no IOThread over those asked for. Other buses cannot have one.
unsigned attach_disks(const AdditionContext& context, unsigned count) {
    unsigned attached = 0;
    unsigned next = 0;
    for (auto& disk : context.devices("disk")) {
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

} // namespace

Verdict vcpu_priority(AdditionContext& context) {
    constexpr const char* kKey = "rt:vcpu_priority";
    NOVA_RT_TRY_ASSIGN(priority, context.number(kKey));
    if (!priority) {
        return {};
    }
    bool found = false;
    for (auto& scheduling : context.cputune().children("vcpusched")) {
        const std::string scheduler = scheduling.attribute("scheduler").value_or("");
        if (scheduler == "fifo" || scheduler == "rr") {
            scheduling.set_attribute("priority", std::uint64_t{*priority});
            found = true;
        }
    }
    if (found) {
        context.inform(kKey, "realtime vCPUs run at priority " + std::to_string(*priority));
    } else {
        context.warn(kKey, "the guest has no realtime vCPU, nothing was changed");
    }
    return {};
}

Verdict emulator_priority(AdditionContext& context) {
    constexpr const char* kKey = "rt:emulator_priority";
    NOVA_RT_TRY_ASSIGN(priority, context.number(kKey));
    if (priority) {
        context.cputune()
            .child_or_add("emulatorsched")
            .set_attribute("scheduler", "fifo")
            .set_attribute("priority", std::uint64_t{*priority});
        context.inform(kKey, "emulator threads are FIFO at priority " + std::to_string(*priority));
    }
    return {};
}

Verdict iothreads(AdditionContext& context) {
    constexpr const char* kKey = "rt:iothreads";
    NOVA_RT_TRY_ASSIGN(count, context.number(kKey));
    if (!count || *count == 0) {
        return {};
    }
    if (iothread_count(context) < *count) {
        context.domain().child_or_add("iothreads").set_text(std::uint64_t{*count});
    }
    pin_iothreads(context);
    const unsigned attached = attach_disks(context, *count);
    context.inform(kKey, std::to_string(iothread_count(context)) + " IOThreads, " + std::to_string(attached) +
                             " more disks attached");
    return {};
}

Verdict iothread_priority(AdditionContext& context) {
    constexpr const char* kKey = "rt:iothread_priority";
    NOVA_RT_TRY_ASSIGN(priority, context.number(kKey));
    if (!priority) {
        return {};
    }
    const unsigned count = iothread_count(context);
    if (count == 0) {
        context.warn(kKey, "the guest has no IOThread, nothing was changed");
        return {};
    }
    XmlElement cputune = context.cputune();
    for (auto& old : cputune.children("iothreadsched")) {
        old.remove();
    }
    cputune.add_child("iothreadsched")
        .set_attribute("iothreads", CpuSet::range(1, count).to_cpulist())
        .set_attribute("scheduler", "fifo")
        .set_attribute("priority", std::uint64_t{*priority});
    context.inform(kKey, "IOThreads are FIFO at priority " + std::to_string(*priority));
    return {};
}

} // namespace nova_rt::additions
