// Invariants 1, 2 and 4 of the architecture, over random lives of several guests.
#include "support/engine_fixture.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace nova_rt::test {
namespace {

constexpr unsigned kGuests = 4;
constexpr unsigned kCpus = 8;
constexpr std::array kErrnos = {EACCES, EBUSY, EIO, ENOSPC, EINVAL, EPERM};

/// No guest's: affinities are narrowed and given back while it is away.
constexpr unsigned kUnpluggedCpu = 1;

enum class Action { Prepare, Started, Release, Reconcile, Unplug, Plug };

struct Step {
    Action action = Action::Prepare;
    unsigned guest = 0;
    int fault_at = 0; ///< 0: none
    bool crash = false;
    int error = 0;
};

void showValue(const Step& step, std::ostream& os) {
    os << "{action " << static_cast<int>(step.action) << ", guest " << step.guest << ", fault at "
       << step.fault_at << (step.crash ? ", crash" : ", errno ") << step.error << "}";
}

rc::Gen<Step> any_step() {
    return rc::gen::map(rc::gen::tuple(rc::gen::inRange(0, 6), rc::gen::inRange(0U, kGuests),
                                       rc::gen::inRange(-8, 16), rc::gen::inRange(0, 4),
                                       rc::gen::elementOf(kErrnos)),
                        [](const std::tuple<int, unsigned, int, int, int>& values) {
                            return Step{.action = static_cast<Action>(std::get<0>(values)),
                                        .guest = std::get<1>(values),
                                        .fault_at = std::max(0, std::get<2>(values)),
                                        .crash = std::get<3>(values) == 0,
                                        .error = std::get<4>(values)};
                        });
}

/// Guests 0 and 1 claim different pCPUs, 2 overlaps 0, 3 is best effort and overlaps 1.
GuestDomain guest_of(unsigned number) {
    switch (number) {
    case 0:
        return realtime_guest(0, {2, 3});
    case 1:
        return realtime_guest(1, {4, 5});
    case 2:
        return realtime_guest(2, {3, 6});
    default:
        return realtime_guest(3, {5, 7}, IsolationMode::BestEffort);
    }
}

int qemu_pid(unsigned guest) {
    return static_cast<int>(4000 + (guest * 100));
}

/// A QEMU process whose helper thread was born on a realtime pCPU, in a vCPU's cgroup.
GuestThreads start_qemu(const FixtureHost& host, unsigned number) {
    const int pid = qemu_pid(number);
    const GuestDomain guest = guest_of(number);
    const std::string cgroup = "/machine/qemu-" + std::to_string(number) + "-a.libvirt-qemu";
    std::vector<FixtureThread> threads = {{.tid = pid,
                                           .comm = "qemu-system-x86",
                                           .affinity = CpuSet{0},
                                           .scheduling = {},
                                           .cgroup = cgroup + "/emulator"},
                                          {.tid = pid + 1,
                                           .comm = "kvm-nx-lpage-re",
                                           .affinity = guest.vcpu_pins.at(VcpuId{0}),
                                           .scheduling = {SchedulingPolicy::Fifo, 1},
                                           .cgroup = cgroup + "/vcpu0"}};
    GuestThreads known{.qemu = Pid{pid}, .vcpus = {}, .disputed = {}};
    for (const auto& [vcpu, pins] : guest.vcpu_pins) {
        const int tid = pid + 10 + static_cast<int>(vcpu.value);
        known.vcpus[vcpu] = Tid{tid};
        threads.push_back({.tid = tid,
                           .comm = "CPU " + std::to_string(vcpu.value) + "/KVM",
                           .affinity = pins,
                           .scheduling = {SchedulingPolicy::Fifo, 1},
                           .cgroup = cgroup + "/vcpu" + std::to_string(vcpu.value)});
    }
    host.add_process(pid, threads);
    return known;
}

void take(const FixtureHost& host, const Step& step, const GuestThreads& threads, FaultPlan faults) {
    EngineOnFixture fixture(host, faults);
    const GuestDomain guest = guest_of(step.guest);
    switch (step.action) {
    case Action::Prepare:
        static_cast<void>(fixture.engine.prepare(guest));
        break;
    case Action::Started:
        static_cast<void>(fixture.engine.started(guest.uuid, threads));
        break;
    case Action::Release:
        static_cast<void>(fixture.engine.release(guest.uuid));
        break;
    case Action::Reconcile:
        static_cast<void>(fixture.engine.reconcile({guest_uuid(0), guest_uuid(1)}));
        break;
    case Action::Unplug:
        host.set_online(CpuSet::range(0, kCpus - 1) - CpuSet{kUnpluggedCpu});
        break;
    case Action::Plug:
        host.set_online(CpuSet::range(0, kCpus - 1));
        break;
    }
}

void take_in_own_process(const FixtureHost& host, const Step& step, const GuestThreads& threads) {
    const pid_t child = ::fork();
    if (child == 0) {
        take(host, step, threads, {.kill_after = step.fault_at});
        ::_exit(0);
    }
    ::waitpid(child, nullptr, 0);
}

std::string settle(const FixtureHost& host) {
    EngineOnFixture fixture(host);
    const auto leases = fixture.engine.leases();
    std::set<DomainUuid> live;
    for (const auto& lease : *leases) {
        live.insert(lease.uuid);
    }
    const auto report = fixture.engine.reconcile(live);
    return report ? "" : report.error().message();
}

CpuSet isolated_now(const FixtureHost& host) {
    CpuSet pcpus;
    const auto leases = EngineOnFixture(host).engine.leases();
    for (const auto& lease : *leases) {
        pcpus |= lease.realtime_pcpus;
    }
    return pcpus;
}

/// The pCPUs of isolated partitions; on a host with cgroup version 1 there are none.
CpuSet partitioned(const FixtureHost& host) {
    return *CpuSet::from_cpulist(host.get("sys/fs/cgroup/cpuset.cpus.isolated"));
}

using Values = std::map<std::string, std::string>;

std::string difference(const Values& a, const Values& b) {
    std::string text;
    for (const auto& [name, value] : a) {
        const auto other = b.find(name);
        if (other == b.end() || other->second != value) {
            text += name + ": " + value + " | " + (other == b.end() ? "" : other->second) + "\n";
        }
    }
    for (const auto& [name, value] : b) {
        text += a.contains(name) ? "" : name + ": | " + value + "\n";
    }
    return text;
}

FixtureHost& populate(FixtureHost& host) {
    if (*rc::gen::arbitrary<bool>()) {
        host.use_cgroup2();
    }
    host.add_irq(24, "0-7");
    host.add_irq(25, "2-3");
    host.add_irq(26, "0,4-5");
    host.add_managed_irq(27, "0-7");
    host.put("sys/fs/cgroup/cpuset/tasks", "");
    host.add_kernel_thread(
        {.tid = 60, .comm = "kswapd1", .affinity = CpuSet::range(1, 7), .scheduling = {}, .cgroup = "/"});
    host.add_kernel_thread(
        {.tid = 61, .comm = "rcuog/4", .affinity = CpuSet::range(0, 7), .scheduling = {}, .cgroup = "/"});
    host.add_kernel_thread({.tid = 62,
                            .comm = "kworker/R-mm",
                            .affinity = CpuSet::range(0, 7),
                            .scheduling = {},
                            .cgroup = "/",
                            .fixed = true});
    return host;
}

RC_GTEST_PROP(IsolationProperty, WhenAllGuestsHaveStoppedEverythingReadsItsBaseline, ()) {
    const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
    FixtureHost host(kCpus);
    populate(host);
    std::vector<GuestThreads> threads;
    for (unsigned guest = 0; guest < kGuests; ++guest) {
        threads.push_back(start_qemu(host, guest));
    }
    const auto before = host.snapshot();
    for (const auto& step : steps) {
        if (step.crash && step.fault_at > 0) {
            take_in_own_process(host, step, threads[step.guest]);
        } else {
            take(host, step, threads[step.guest], {.fail_from = step.fault_at, .fail_errno = step.error});
        }
        RC_ASSERT(settle(host).empty());
        const CpuSet isolated = isolated_now(host);
        for (const unsigned irq : {24U, 25U, 26U}) {
            RC_ASSERT(!CpuSet::from_cpulist(host.irq(irq))->intersects(isolated));
        }
        RC_ASSERT(!CpuSet::from_mask(host.get("proc/irq/default_smp_affinity"))->intersects(isolated));
        RC_ASSERT(partitioned(host).is_subset_of(isolated));
        for (const char* const kthread : {"proc/60/fixture_affinity", "proc/61/fixture_affinity"}) {
            RC_ASSERT(!CpuSet::from_cpulist(host.get(kthread))->intersects(isolated));
        }
    }
    if (*rc::gen::arbitrary<bool>()) {
        host.set_online(CpuSet::range(0, kCpus - 1));
    }
    for (unsigned guest = 0; guest < kGuests; ++guest) {
        RC_ASSERT(EngineOnFixture(host).engine.release(guest_uuid(guest)).has_value());
    }
    host.set_online(CpuSet::range(0, kCpus - 1));
    RC_ASSERT(difference(host.snapshot(), before) == "");
    RC_ASSERT(difference(host.state_snapshot(), {}) == "");
}

RC_GTEST_PROP(IsolationProperty, DoingAnythingTwiceChangesNothingMore, ()) {
    const auto steps = *rc::gen::container<std::vector<Step>>(any_step());
    FixtureHost host(kCpus);
    populate(host);
    const auto threads = start_qemu(host, 0);
    for (auto step : steps) {
        step.guest = 0;
        take(host, step, threads, {});
        const auto host_once = host.snapshot();
        const auto state_once = host.state_snapshot();
        take(host, step, threads, {});
        RC_ASSERT(difference(host.snapshot(), host_once) == "");
        RC_ASSERT(difference(host.state_snapshot(), state_once) == "");
    }
}

} // namespace
} // namespace nova_rt::test
