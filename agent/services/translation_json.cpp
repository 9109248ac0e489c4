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

json list_of(const CpuSet& cpus) {
    json list = json::array();
    for (const unsigned cpu : cpus) {
        list.push_back(cpu);
    }
    return list;
}

json refusal_json(const Refusal& refusal) {
    return {{"stage", refusal.stage},
            {"type", refusal.type},
            {"message", refusal.message},
            {"key", refusal.key},
            {"provenance", name_of(refusal.provenance)},
            {"repair", refusal.repair}};
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
            {"cpuset", list_of(cell.shared_vcpus)},
            {"pcpuset", list_of(pinned)},
            {"memory_mb", cell.memory.value},
            {"pagesize_kb", cell.page_size ? json(cell.page_size->value) : json(nullptr)},
            {"pins", pins}};
}

void add_plan(json& answer, const PinningPlan& plan) {
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
    answer["emulator_reserved"] = list_of(reserved);
    answer["emulator_pins"] = plan.cells.empty() ? json(nullptr) : list_of(plan.emulator_pcpus);
    answer["sched"] = json::array();
    if (!plan.realtime_vcpus.empty()) {
        answer["sched"].push_back({{"vcpus", list_of(plan.realtime_vcpus)},
                                   {"scheduler", "fifo"},
                                   {"priority", plan.realtime_priority}});
    }
    answer["fitted_topology"] = plan.cells.empty() ? json(nullptr) : cells;
}

} // namespace

json to_json(const Translation& translation) {
    json answer = {{"name", translation.name},
                   {"ok", translation.ok()},
                   {"error", translation.error ? refusal_json(*translation.error) : json(nullptr)}};
    if (translation.request) {
        answer["realtime_vcpus"] = list_of(translation.request->realtime_vcpus);
    }
    if (translation.placement) {
        answer["placement"] = placement_json(*translation.placement);
    }
    if (translation.plan) {
        add_plan(answer, *translation.plan);
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
