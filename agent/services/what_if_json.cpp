#include "services/translation_json.hpp"
#include "services/what_if.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace nova_rt {

using nlohmann::json;

namespace {

json warnings_of(const Translation& guest) {
    std::vector<Reason> warnings;
    std::ranges::copy_if(guest.reasons, std::back_inserter(warnings),
                         [](const Reason& reason) { return reason.severity == Reason::Severity::Warning; });
    return to_json(warnings);
}

json group_json(const WhatIfGroupAnswer& group) {
    json guests = json::array();
    for (const Translation& guest : group.guests) {
        json placed = to_json(*guest.plan);
        placed["warnings"] = warnings_of(guest);
        guests.push_back(std::move(placed));
    }
    return {{"flavor", group.asked.flavor.name},
            {"asked", group.asked.count ? json(*group.asked.count) : json("max")},
            {"placed", group.guests.size()},
            {"refusal", group.refusal ? to_json(*group.refusal) : json(nullptr)},
            {"note", group.note ? json(*group.note) : json(nullptr)},
            {"guests", std::move(guests)}};
}

json cell_json(const CellRemainder& cell) {
    json cores = json::array();
    for (const CpuSet& core : cell.free_cores) {
        cores.push_back(to_json(core));
    }
    json pages = json::array();
    for (const PagePool& pool : cell.page_pools) {
        pages.push_back({{"size_kb", pool.size.value}, {"total", pool.total}, {"free", pool.free()}});
    }
    return {{"cell", cell.id.value},
            {"dedicated_pcpus", {{"total", cell.dedicated.size()}, {"free", to_json(cell.free_pcpus)}}},
            {"free_cores", std::move(cores)},
            {"shared", {{"pcpus", to_json(cell.shared)}, {"floating_vcpus", cell.floating_vcpus}}},
            {"memory_mb", {{"total", cell.memory.value}, {"free", cell.free_memory}}},
            {"pages", std::move(pages)}};
}

} // namespace

std::string to_document(const WhatIfAnswer& answer) {
    json groups = json::array();
    for (const WhatIfGroupAnswer& group : answer.groups) {
        groups.push_back(group_json(group));
    }
    json left = json::array();
    for (const CellRemainder& cell : answer.left) {
        left.push_back(cell_json(cell));
    }
    const json document = {{"ok", answer.ok()},
                           {"error", answer.error ? to_json(*answer.error) : json(nullptr)},
                           {"groups", std::move(groups)},
                           {"left", std::move(left)},
                           {"reasons", to_json(answer.reasons)}};
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace nova_rt
