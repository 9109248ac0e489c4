#include "services/translation_json.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <utility>

namespace nova_rt {

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

void write(JsonWriter& out, const PlacementRequest& request) {
    out.begin_object();
    for (const auto& [suffix, group] : request) {
        out.key(suffix);
        out.begin_object();
        out.member("resources", group.resources);
        out.member("required", group.required);
        out.member("forbidden", group.forbidden);
        out.end_object();
    }
    out.end_object();
}

/// {"<vCPU>": pCPU}.
void write(JsonWriter& out, const std::map<VcpuId, PcpuId>& pins) {
    out.begin_object();
    for (const auto& [vcpu, pcpu] : pins) {
        out.member(std::to_string(vcpu.value), pcpu.value);
    }
    out.end_object();
}

void write(JsonWriter& out, const CellPlacement& cell) {
    CpuSet pinned;
    for (const auto& [vcpu, pcpu] : cell.pins) {
        pinned.add(vcpu.value);
    }
    out.begin_object();
    out.member("guest_cell", cell.guest_cell.value);
    out.member("id", cell.host_cell.value);
    out.member("cpuset", cell.shared_vcpus);
    out.member("pcpuset", pinned);
    out.member("memory_mb", cell.memory.value);
    out.key("pagesize_kb");
    cell.page_size ? out.value(cell.page_size->value) : out.null();
    out.key("pins");
    write(out, cell.pins);
    out.end_object();
}

/// A list, null for a guest without NUMA topology.
void write_cells(JsonWriter& out, const PinningPlan& plan) {
    if (plan.cells.empty()) {
        out.null();
        return;
    }
    out.begin_list();
    for (const CellPlacement& cell : plan.cells) {
        write(out, cell);
    }
    out.end_list();
}

void write_scheduling(JsonWriter& out, const PinningPlan& plan) {
    out.begin_list();
    if (!plan.realtime_vcpus.empty()) {
        out.begin_object();
        out.member("vcpus", plan.realtime_vcpus);
        out.member("scheduler", "fifo");
        out.member("priority", plan.realtime_priority);
        out.end_object();
    }
    out.end_list();
}

/// What write() says, read again: one place knows the names.
template <typename Value> nlohmann::json tree_of(const Value& value) {
    JsonWriter out;
    nova_rt::write(out, value);
    return nlohmann::json::parse(std::move(out).take());
}

} // namespace

void write_placement(JsonWriter& out, const PinningPlan& plan) {
    std::map<VcpuId, PcpuId> pins;
    CpuSet reserved;
    for (const CellPlacement& cell : plan.cells) {
        pins.insert(cell.pins.begin(), cell.pins.end());
        if (cell.emulator_pcpu) {
            reserved.add(cell.emulator_pcpu->value);
        }
    }
    out.key("pins");
    write(out, pins);
    out.member("emulator_reserved", reserved);
    out.key("emulator_pins");
    plan.cells.empty() ? out.null() : out.value(plan.emulator_pcpus);
}

void write_members(JsonWriter& out, const PinningPlan& plan) {
    write_placement(out, plan);
    out.key("sched");
    write_scheduling(out, plan);
    out.key("fitted_topology");
    write_cells(out, plan);
}

void write(JsonWriter& out, const Refusal& refusal) {
    out.begin_object();
    out.member("stage", refusal.stage);
    out.member("type", refusal.type);
    out.member("message", refusal.message);
    out.member("key", refusal.key);
    out.member("provenance", name_of(refusal.provenance));
    out.member("repair", refusal.repair);
    out.end_object();
}

void write(JsonWriter& out, const std::vector<Reason>& reasons) {
    out.begin_list();
    for (const Reason& reason : reasons) {
        const bool warning = reason.severity == Reason::Severity::Warning;
        out.begin_object();
        out.member("severity", warning ? "warning" : "info");
        out.member("subject", reason.subject);
        out.member("text", reason.text);
        out.end_object();
    }
    out.end_list();
}

void write_members(JsonWriter& out, const Translation& translation) {
    out.member("name", translation.name);
    out.member("ok", translation.ok());
    out.key("error");
    translation.error ? write(out, *translation.error) : out.null();
    if (translation.request) {
        out.member("realtime_vcpus", translation.request->realtime_vcpus);
    }
    if (translation.placement) {
        out.key("placement");
        write(out, *translation.placement);
    }
    if (translation.plan) {
        write_members(out, *translation.plan);
    }
    if (translation.xml) {
        out.member("xml", *translation.xml);
    }
    out.key("reasons");
    write(out, translation.reasons);
}

void write(JsonWriter& out, const Translation& translation) {
    out.begin_object();
    write_members(out, translation);
    out.end_object();
}

nlohmann::json to_json(const CpuSet& cpus) {
    nlohmann::json list = nlohmann::json::array();
    for (const unsigned cpu : cpus) {
        list.push_back(cpu);
    }
    return list;
}

nlohmann::json to_json(const Refusal& refusal) {
    return tree_of(refusal);
}

nlohmann::json to_json(const std::vector<Reason>& reasons) {
    return tree_of(reasons);
}

} // namespace nova_rt
