#include "services/translation_json.hpp"

#include <nlohmann/json.hpp>

namespace nova_rt {

using nlohmann::json;

namespace {

const char* name_of(Provenance provenance) {
    switch (provenance) {
    case Provenance::Flavor:
        return "flavor";
    case Provenance::Image:
        return "image";
    case Provenance::Config:
        return "config";
    case Provenance::Host:
        return "host";
    case Provenance::Default:
        return "default";
    }
    return "default";
}

json placement_json(const PlacementRequest& request) {
    json groups = json::object();
    for (const auto& [suffix, group] : request) {
        groups[suffix] = {
            {"resources", group.resources}, {"required", group.required}, {"forbidden", group.forbidden}};
    }
    return groups;
}

json cell_json(const CellPlacement& cell) {
    json pins = json::object();
    CpuSet pinned;
    for (const auto& [vcpu, pcpu] : cell.pins) {
        pins[std::to_string(vcpu.value)] = pcpu.value;
        pinned.add(vcpu.value);
    }
    return {{"guest_cell", cell.guest_cell.value},
            {"id", cell.host_cell.value},
            {"cpuset", to_json(cell.shared_vcpus)},
            {"pcpuset", to_json(pinned)},
            {"memory_mb", cell.memory.value},
            {"pagesize_kb", cell.page_size ? json(cell.page_size->value) : json(nullptr)},
            {"pins", pins}};
}

} // namespace

json to_json(const CpuSet& cpus) {
    json list = json::array();
    for (const unsigned cpu : cpus) {
        list.push_back(cpu);
    }
    return list;
}

json to_json(const Refusal& refusal) {
    return {{"stage", refusal.stage},
            {"type", refusal.type},
            {"message", refusal.message},
            {"key", refusal.key},
            {"provenance", name_of(refusal.provenance)},
            {"repair", refusal.repair}};
}

json to_json(const PinningPlan& plan) {
    json answer = json::object();
    json pins = json::object();
    CpuSet reserved;
    json cells = json::array();
    for (const auto& cell : plan.cells) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            pins[std::to_string(vcpu.value)] = pcpu.value;
        }
        if (cell.emulator_pcpu) {
            reserved.add(cell.emulator_pcpu->value);
        }
        cells.push_back(cell_json(cell));
    }
    answer["pins"] = pins;
    answer["emulator_reserved"] = to_json(reserved);
    answer["emulator_pins"] = plan.cells.empty() ? json(nullptr) : to_json(plan.emulator_pcpus);
    answer["sched"] = json::array();
    if (!plan.realtime_vcpus.empty()) {
        answer["sched"].push_back({{"vcpus", to_json(plan.realtime_vcpus)},
                                   {"scheduler", "fifo"},
                                   {"priority", plan.realtime_priority}});
    }
    answer["fitted_topology"] = plan.cells.empty() ? json(nullptr) : cells;
    return answer;
}

json to_json(const Translation& translation) {
    json answer = {{"name", translation.name},
                   {"ok", translation.ok()},
                   {"error", translation.error ? to_json(*translation.error) : json(nullptr)}};
    if (translation.request) {
        answer["realtime_vcpus"] = to_json(translation.request->realtime_vcpus);
    }
    if (translation.placement) {
        answer["placement"] = placement_json(*translation.placement);
    }
    if (translation.plan) {
        answer.update(to_json(*translation.plan));
    }
    if (translation.xml) {
        answer["xml"] = *translation.xml;
    }
    answer["reasons"] = to_json(translation.reasons);
    return answer;
}

json to_json(const std::vector<Reason>& reasons) {
    json list = json::array();
    for (const Reason& reason : reasons) {
        const bool warning = reason.severity == Reason::Severity::Warning;
        list.push_back(
            {{"severity", warning ? "warning" : "info"}, {"subject", reason.subject}, {"text", reason.text}});
    }
    return list;
}

} // namespace nova_rt
