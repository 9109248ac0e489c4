// The isolation engine on a fixture host, with real journal, leases and lock.
#pragma once

#include "adapters/journal/file_journal_store.hpp"
#include "adapters/journal/file_lease_store.hpp"
#include "adapters/linux_host/file_host_lock.hpp"
#include "adapters/linux_host/linux_host_reader.hpp"
#include "adapters/linux_host/proc_thread_lister.hpp"
#include "isolation/isolation_engine.hpp"
#include "support/fixture_host.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <string>

namespace nova_rt::test {

class FixedClock final : public Clock {
public:
    [[nodiscard]] std::chrono::system_clock::time_point now() const override {
        return std::chrono::system_clock::time_point(seconds);
    }

    [[nodiscard]] std::chrono::steady_clock::time_point steady_now() const override {
        return std::chrono::steady_clock::time_point(seconds);
    }

    std::chrono::seconds seconds{1'000'000};
};

/// The real store, with the plan's faults.
class FaultyJournalStore final : public JournalStore {
public:
    FaultyJournalStore(JournalStore& store, FaultPlan& faults) : store_(store), faults_(faults) {}

    [[nodiscard]] Result<std::optional<std::string>> load() const override { return store_.load(); }

    [[nodiscard]] Status store(std::string_view document) override {
        return step([&] { return store_.store(document); });
    }

    [[nodiscard]] Status set_aside() override {
        return step([&] { return store_.set_aside(); });
    }

    [[nodiscard]] Status clear() override {
        return step([&] { return store_.clear(); });
    }

private:
    template <typename Action> Status step(Action action) {
        if (const int error = faults_.take()) {
            return fail(system_error(error, "store the journal"));
        }
        const Status status = action();
        faults_.done();
        return status;
    }

    JournalStore& store_;
    FaultPlan& faults_;
};

class FaultyLeaseStore final : public LeaseStore {
public:
    FaultyLeaseStore(LeaseStore& store, FaultPlan& faults) : store_(store), faults_(faults) {}

    [[nodiscard]] Result<std::map<DomainUuid, std::string>> load_all() const override {
        return store_.load_all();
    }

    [[nodiscard]] Result<std::optional<std::string>> load(const DomainUuid& guest) const override {
        return store_.load(guest);
    }

    [[nodiscard]] Status store(const DomainUuid& guest, std::string_view document) override {
        return step([&] { return store_.store(guest, document); });
    }

    [[nodiscard]] Status remove(const DomainUuid& guest) override {
        return step([&] { return store_.remove(guest); });
    }

private:
    template <typename Action> Status step(Action action) {
        if (const int error = faults_.take()) {
            return fail(system_error(error, "store a lease"));
        }
        const Status status = action();
        faults_.done();
        return status;
    }

    LeaseStore& store_;
    FaultPlan& faults_;
};

inline StateDirectory open_state(const std::string& path) {
    auto directory = StateDirectory::open(path);
    return std::move(directory.value());
}

/// An engine of its own, as each hook process has one: nothing is kept in memory between calls.
struct EngineOnFixture {
    explicit EngineOnFixture(const FixtureHost& host, FaultPlan plan = {})
        : faults(plan), reader(RootDirectory::open(host.root()).value()), writer(host, faults),
          threads(host, faults), lister(reader), directory(open_state(host.state())),
          lock(host.state() + "/lock"), file_leases(directory.subdirectory("leases").value()),
          leases(file_leases, faults), file_journal(std::move(directory)), journal(file_journal, faults),
          engine({.reader = reader,
                  .writer = writer,
                  .threads = threads,
                  .lister = lister,
                  .lock = lock,
                  .journal = journal,
                  .leases = leases,
                  .clock = clock},
                 {.lock_deadline = std::chrono::milliseconds(50)}) {}

    FaultPlan faults;
    LinuxHostReader reader;
    FixtureWriter writer;
    FixtureThreadControl threads;
    ProcThreadLister lister;
    StateDirectory directory;
    FileHostLock lock;
    FileLeaseStore file_leases;
    FaultyLeaseStore leases;
    FileJournalStore file_journal;
    FaultyJournalStore journal;
    FixedClock clock;
    IsolationEngine engine;
};

inline DomainUuid guest_uuid(unsigned number) {
    const std::string digits = std::to_string(100000000000 + number);
    return DomainUuid::parse("11111111-2222-4333-8444-" + digits).value();
}

/// A realtime guest: one SCHED_FIFO vCPU per pCPU, emulator on pCPU 0.
inline GuestDomain realtime_guest(unsigned number, std::initializer_list<unsigned> pcpus,
                                  IsolationMode mode = IsolationMode::Required) {
    GuestDomain guest;
    guest.uuid = guest_uuid(number);
    guest.name = "instance-" + std::to_string(number);
    guest.policy.mode = mode;
    guest.emulator_pins = CpuSet{0};
    for (const unsigned pcpu : pcpus) {
        const VcpuId vcpu{guest.vcpu_count++};
        guest.vcpu_pins[vcpu] = CpuSet{pcpu};
        guest.vcpu_scheduling[vcpu] = {.policy = SchedulingPolicy::Fifo, .priority = 1};
    }
    return guest;
}

inline bool has_finding(const std::vector<Finding>& findings, FindingKind kind) {
    for (const auto& finding : findings) {
        if (finding.kind == kind) {
            return true;
        }
    }
    return false;
}

} // namespace nova_rt::test
