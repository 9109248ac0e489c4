#include "knobs/knob_registry.hpp"

#include "knobs/cgroup_partition.hpp"
#include "knobs/fair_server.hpp"
#include "knobs/irq_affinity.hpp"
#include "knobs/irq_default_affinity.hpp"
#include "knobs/kthread_affinity.hpp"
#include "knobs/packet_steering.hpp"
#include "knobs/qemu_thread_placement.hpp"
#include "knobs/scope_partition.hpp"
#include "knobs/vcpu_fifo.hpp"
#include "knobs/watchdog_cpumask.hpp"
#include "knobs/workqueue_cpumask.hpp"

#include <array>

namespace nova_rt {

namespace {

const IrqDefaultAffinity kIrqDefaultAffinity;
const IrqAffinity kIrqAffinity;
const WorkqueueCpumask kWorkqueueCpumask;
const FairServer kFairServer;
const KthreadAffinity kKthreadAffinity;
const PacketSteering kPacketSteering;
const WatchdogCpumask kWatchdogCpumask;
const QemuThreadPlacement kQemuThreadPlacement;
const VcpuFifo kVcpuFifo;
const CgroupPartition kCgroupPartition;
const ScopePartition kScopePartition;

/// The default mask first: an IRQ requested while the others are moved is then born in the right place.
/// The fair servers before whatever waits for a kernel thread on a busy pCPU.
constexpr std::array<const HostKnob*, 7> kHostKnobs = {
    &kIrqDefaultAffinity, &kIrqAffinity,     &kWorkqueueCpumask, &kFairServer,
    &kPacketSteering,     &kWatchdogCpumask, &kKthreadAffinity,
};

constexpr std::array<const ThreadKnob*, 2> kThreadKnobs = {
    &kQemuThreadPlacement,
    &kVcpuFifo,
};

constexpr std::array<const GuestKnob*, 2> kGuestKnobs = {
    &kCgroupPartition,
    &kScopePartition,
};

} // namespace

std::span<const HostKnob* const> host_knobs() {
    return kHostKnobs;
}

std::span<const ThreadKnob* const> thread_knobs() {
    return kThreadKnobs;
}

std::span<const GuestKnob* const> guest_knobs() {
    return kGuestKnobs;
}

const GuestKnob* find_guest_knob(std::string_view name) {
    for (const GuestKnob* knob : kGuestKnobs) {
        if (knob->traits().name == name) {
            return knob;
        }
    }
    return nullptr;
}

const HostKnob* find_host_knob(std::string_view name) {
    for (const HostKnob* knob : kHostKnobs) {
        if (knob->traits().name == name) {
            return knob;
        }
    }
    return nullptr;
}

const Knob* find_knob(std::string_view name) {
    for (const ThreadKnob* knob : kThreadKnobs) {
        if (knob->traits().name == name) {
            return knob;
        }
    }
    const Knob* const guest_knob = find_guest_knob(name);
    return guest_knob != nullptr ? guest_knob : find_host_knob(name);
}

} // namespace nova_rt
