#include "isolation/observer.hpp"

#include "isolation/setting_reader.hpp"
#include "isolation/thread_sweeper.hpp"
#include "knobs/knob_registry.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace nova_rt {

namespace {

ChangePhase undo_phase(SettingKind kind) {
    switch (kind) {
    case SettingKind::AttributeFile:
        return ChangePhase::HostWide;
    case SettingKind::CgroupMembership:
        return ChangePhase::ThreadCgroup;
    case SettingKind::ThreadScheduling:
        return ChangePhase::ThreadPolicy;
    case SettingKind::ThreadAffinity:
        return ChangePhase::ThreadMask;
    }
    return ChangePhase::HostWide;
}

ChangePhase host_phase(SettingKind kind) {
    return kind == SettingKind::ThreadAffinity ? ChangePhase::Aftermath : ChangePhase::HostWide;
}

class Observer {
public:
    explicit Observer(const HostView& view) : view_(view) {}

    Status probe_host() {
        for (const HostKnob* const knob : host_knobs()) {
            NOVA_RT_TRY_ASSIGN(settings, knob->probe(view_));
            for (auto& probed : settings) {
                const ChangePhase phase = host_phase(probed.setting.kind);
                add({.setting = std::move(probed.setting),
                     .knob = std::string(knob->traits().name),
                     .value = std::move(probed.value),
                     .wanted = {},
                     .owner = {},
                     .phase = phase,
                     .criticality = knob->traits().criticality});
            }
        }
        return {};
    }

    /// All guests: what they need of a shared cgroup adds up. Obstacles of those to sweep alone are told.
    void probe_guests(const std::vector<Lease>& leases, const std::set<DomainUuid>& sweep,
                      const HostDemand& demand) {
        for (const GuestKnob* const knob : guest_knobs()) {
            auto probe = knob->probe(view_, leases, demand);
            for (auto& target : probe.targets) {
                add({.setting = std::move(target.setting),
                     .knob = std::string(knob->traits().name),
                     .value = std::move(target.value),
                     .wanted = std::move(target.wanted),
                     .owner = target.owner,
                     .phase = ChangePhase::HostWide,
                     .criticality = knob->traits().criticality});
            }
            std::ranges::copy_if(
                probe.findings, std::back_inserter(observed_.findings),
                [&](const Finding& finding) { return finding.guest && sweep.contains(*finding.guest); });
        }
    }

    Status sweep(const Lease& guest, const HostDemand& demand) {
        NOVA_RT_TRY_ASSIGN(found, sweep_guest(view_, guest, demand));
        for (auto& observation : found.observations) {
            add(std::move(observation));
        }
        std::ranges::move(found.findings, std::back_inserter(observed_.findings));
        return {};
    }

    /// A setting that exists and cannot be read is left out of the plan and stays in the journal.
    void add_journalled(const Journal& journal) {
        for (const auto& [setting, entry] : journal.entries) {
            if (seen_.contains(setting)) {
                continue;
            }
            auto value = read_setting(view_, setting);
            if (!value && value.error().code() != ErrorCode::NotFound) {
                observed_.findings.push_back({.kind = FindingKind::NotInForce,
                                              .severity = Finding::Severity::Error,
                                              .subject = describe(setting),
                                              .text = value.error().message(),
                                              .guest = entry.owner});
                continue;
            }
            add({.setting = setting,
                 .knob = entry.knob,
                 .value = value ? std::optional(*std::move(value)) : std::nullopt,
                 .wanted = {},
                 .owner = entry.owner,
                 .phase = find_host_knob(entry.knob) != nullptr ? host_phase(setting.kind)
                                                                : undo_phase(setting.kind),
                 .criticality = Criticality::Advisory});
        }
    }

    [[nodiscard]] Observed take() { return std::move(observed_); }

private:
    void add(Observation observation) {
        if (seen_.insert(observation.setting).second) {
            observed_.observations.push_back(std::move(observation));
        }
    }

    HostView view_;
    Observed observed_;
    std::set<Setting> seen_;
};

} // namespace

Result<Observed> observe(const HostView& view, const Journal& journal,
                         const std::map<DomainUuid, Lease>& leases, const std::set<DomainUuid>& sweep,
                         const HostDemand& demand) {
    Observer observer(view);
    NOVA_RT_TRY(observer.probe_host());
    for (const auto& guest : sweep) {
        if (const auto lease = leases.find(guest); lease != leases.end()) {
            NOVA_RT_TRY(observer.sweep(lease->second, demand));
        }
    }
    std::vector<Lease> all;
    for (const auto& [guest, lease] : leases) {
        all.push_back(lease);
    }
    observer.probe_guests(all, sweep, demand);
    observer.add_journalled(journal);
    return observer.take();
}

Result<CpuSet> online_cpus(const HostReader& files) {
    NOVA_RT_TRY_ASSIGN(text, files.read("sys/devices/system/cpu/online"));
    return CpuSet::from_cpulist(text);
}

} // namespace nova_rt
