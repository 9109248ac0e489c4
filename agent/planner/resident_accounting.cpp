#include "planner/resident_accounting.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace nova_rt {

namespace {

using Severity = Reason::Severity;

/// Charges one guest after the other and remembers who has what.
class Accounting {
public:
    explicit Accounting(CpuLedger& ledger) : ledger_(ledger) {
        for (const LedgerCell& cell : ledger.cells()) {
            shared_ |= cell.shared;
            dedicated_ |= cell.dedicated;
        }
    }

    void charge(const ResidentGuest& guest);

    [[nodiscard]] std::vector<Reason> reasons() && { return std::move(reasons_); }

private:
    void say(Severity severity, std::string text) {
        reasons_.push_back({.severity = severity, .subject = subject_, .text = std::move(text)});
    }

    void charge_vcpus(const GuestDomain& domain);
    void charge_emulator(const GuestDomain& domain);
    void take(unsigned pcpu, const std::string& for_whom);
    void take_whole_cores();
    void charge_pcpus();
    void charge_cell(const ResidentCell& cell);
    [[nodiscard]] CellUsage memory_usage(const ResidentCell& cell, const LedgerCell& host);

    CpuLedger& ledger_;
    CpuSet shared_;
    CpuSet dedicated_;
    std::map<unsigned, std::string> owners_; ///< of the pCPUs that are taken
    std::vector<Reason> reasons_;

    std::string subject_; ///< this and the following are about the guest at hand
    CpuSet taken_;
    CpuSet floating_vcpus_;
    std::string counted_;
};

void Accounting::take(unsigned pcpu, const std::string& for_whom) {
    const std::string where = for_whom + " is pinned to pCPU " + std::to_string(pcpu);
    if (!dedicated_.contains(pcpu)) {
        say(Severity::Warning, where + ", which is not one of Nova's dedicated pCPUs (" +
                                   (dedicated_.empty() ? "it has none" : dedicated_.to_cpulist()) + ")");
        return;
    }
    const auto [owner, first] = owners_.try_emplace(pcpu, subject_);
    if (!first) {
        say(Severity::Warning, where + ", which " + owner->second + " has already");
    }
    taken_.add(pcpu);
}

void Accounting::charge_vcpus(const GuestDomain& domain) {
    CpuSet unpinned;
    CpuSet roams;
    for (unsigned vcpu = 0; vcpu < domain.vcpu_count; ++vcpu) {
        const auto pin = domain.vcpu_pins.find(VcpuId{vcpu});
        const CpuSet range =
            pin != domain.vcpu_pins.end() ? pin->second : domain.default_pins.value_or(ledger_.online());
        if (range.size() == 1 && !(shared_ - dedicated_).contains(*range.first())) {
            take(*range.first(), "vCPU " + std::to_string(vcpu));
            continue;
        }
        floating_vcpus_.add(vcpu);
        if (const CpuSet reached = range & (dedicated_ - shared_); !reached.empty()) {
            unpinned.add(vcpu);
            roams |= reached;
        }
    }
    if (!unpinned.empty()) {
        say(Severity::Warning, "vCPUs " + unpinned.to_cpulist() + " float over the dedicated pCPUs " +
                                   roams.to_cpulist() + ", which are not counted as taken");
    }
}

void Accounting::charge_emulator(const GuestDomain& domain) {
    const CpuSet emulator = domain.emulator_pins.value_or(CpuSet{}) - taken_;
    const CpuSet exclusive = emulator & (dedicated_ - shared_);
    if (domain.emulator_pins && domain.emulator_pins->size() == 1 && emulator.intersects(dedicated_)) {
        take(*emulator.first(), "the emulator");
    } else if (!exclusive.empty()) {
        say(Severity::Warning, "emulator threads may run on the dedicated pCPUs " + exclusive.to_cpulist() +
                                   ", which are not counted as taken");
    }
}

/// hw:cpu_thread_policy=isolate takes the siblings too; metadata says so from Nova 32 on.
void Accounting::take_whole_cores() {
    for (const LedgerCell& cell : ledger_.cells()) {
        for (const CpuSet& core : cell.cores) {
            taken_ |= core.intersects(taken_) ? core & cell.dedicated : CpuSet{};
        }
    }
}

void Accounting::charge_pcpus() {
    for (const LedgerCell& cell : ledger_.cells()) {
        if (const CpuSet pcpus = taken_ & cell.dedicated; !pcpus.empty()) {
            ledger_.occupy({.cell = cell.id, .pcpus = pcpus, .memory = {}, .page_size = {}, .vcpus = 0});
        }
    }
    counted_ = taken_.empty() ? "no dedicated pCPU" : "pCPUs " + taken_.to_cpulist();
}

CellUsage Accounting::memory_usage(const ResidentCell& cell, const LedgerCell& host) {
    CellUsage usage{.cell = host.id,
                    .pcpus = {},
                    .memory = {(cell.memory.value + 1023) / 1024},
                    .page_size = std::nullopt,
                    .vcpus = (cell.vcpus & floating_vcpus_).size()};
    if (cell.pages == PageChoice::Exact) {
        usage.page_size = cell.page_size;
    } else if (cell.pages == PageChoice::HostDefault && host.page_pools.size() > 1) {
        usage.page_size = host.page_pools[1].size;
        say(Severity::Warning, "its XML names no page size: counted in pages of " +
                                   std::to_string(usage.page_size->value) + " KiB");
    }
    const auto has_size = [&](const PagePool& pool) { return pool.size == usage.page_size; };
    if (usage.page_size && std::ranges::none_of(host.page_pools, has_size)) {
        say(Severity::Warning, "host NUMA cell " + std::to_string(host.id.value) + " has no pages of " +
                                   std::to_string(usage.page_size->value) + " KiB, as its XML says");
    }
    return usage;
}

void Accounting::charge_cell(const ResidentCell& cell) {
    const std::string which = "guest NUMA cell " + std::to_string(cell.id.value);
    const auto node = cell.host_cells.first();
    const LedgerCell* const host = cell.host_cells.size() == 1 ? ledger_.find(HostCellId{*node}) : nullptr;
    if (host == nullptr) {
        say(Severity::Warning, which + " is bound to no single host NUMA cell: its " +
                                   std::to_string(cell.memory.value / 1024) + " MiB are counted on none");
        return;
    }
    const CellUsage usage = memory_usage(cell, *host);
    ledger_.occupy(usage);
    counted_ += ", " + std::to_string(usage.memory.value) + " MiB";
    if (usage.page_size) {
        counted_ += " in pages of " + std::to_string(usage.page_size->value) + " KiB";
    }
    counted_ +=
        " and " + std::to_string(usage.vcpus) + " floating vCPUs on host NUMA cell " + std::to_string(*node);
}

void Accounting::charge(const ResidentGuest& guest) {
    subject_ = "guest " + quoted(guest.domain.name);
    taken_ = {};
    floating_vcpus_ = {};
    charge_vcpus(guest.domain);
    charge_emulator(guest.domain);
    const auto policy = guest.domain.flavor_extra_specs.find("hw:cpu_thread_policy");
    if (policy != guest.domain.flavor_extra_specs.end() && policy->second == "isolate") {
        take_whole_cores();
    }
    charge_pcpus();
    for (const ResidentCell& cell : guest.cells) {
        charge_cell(cell);
    }
    if (guest.cells.empty()) {
        counted_ += "; it has no NUMA topology, so its memory and floating vCPUs are on no cell, as in Nova";
    }
    say(Severity::Info, "runs here, counted: " + counted_);
}

} // namespace

std::vector<Reason> charge_residents(const std::vector<ResidentGuest>& guests, CpuLedger& ledger) {
    Accounting accounting(ledger);
    for (const ResidentGuest& guest : guests) {
        accounting.charge(guest);
    }
    return std::move(accounting).reasons();
}

} // namespace nova_rt
