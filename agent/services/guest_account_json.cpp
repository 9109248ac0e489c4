// An account as JSON.
#include "services/guest_account.hpp"
#include "services/translation_json.hpp"

#include <nlohmann/json.hpp>

namespace nova_rt {

using nlohmann::json;

namespace {

json vcpu_json(const VcpuAccount& vcpu) {
    json siblings = json::array();
    for (const CoreMate& mate : vcpu.siblings) {
        siblings.push_back({{"pcpu", mate.pcpu.value}, {"occupant", mate.occupant}});
    }
    return {{"vcpu", vcpu.vcpu.value},
            {"realtime", vcpu.realtime},
            {"dedicated", vcpu.pcpu.has_value()},
            {"pcpu", vcpu.pcpu ? json(vcpu.pcpu->value) : json(nullptr)},
            {"float_pcpus", to_json(vcpu.float_pcpus)},
            {"host_cell", vcpu.host_cell ? json(vcpu.host_cell->value) : json(nullptr)},
            {"scheduler", vcpu.scheduler},
            {"siblings", siblings},
            {"because", vcpu.because}};
}

json memory_json(const MemoryAccount& cell) {
    return {{"guest_cell", cell.guest_cell.value},
            {"host_cell", cell.host_cell.value},
            {"memory_mb", cell.memory.value},
            {"pagesize_kb", cell.page_size ? json(cell.page_size->value) : json(nullptr)}};
}

} // namespace

json to_json(const GuestAccount& account) {
    json decisions = json::array();
    for (const Decision& decision : account.decisions) {
        decisions.push_back(
            {{"subject", decision.subject}, {"choice", decision.choice}, {"because", decision.because}});
    }
    json vcpus = json::array();
    for (const VcpuAccount& vcpu : account.vcpus) {
        vcpus.push_back(vcpu_json(vcpu));
    }
    json memory = json::array();
    for (const MemoryAccount& cell : account.memory) {
        memory.push_back(memory_json(cell));
    }
    return {{"decisions", decisions},
            {"vcpus", vcpus},
            {"emulator_pcpus", to_json(account.emulator_pcpus)},
            {"memory", memory},
            {"cost",
             {{"pcpus", account.cost.total()},
              {"for_vcpus", account.cost.for_vcpus},
              {"for_emulator", account.cost.for_emulator},
              {"idle_siblings", account.cost.idle_siblings}}}};
}

} // namespace nova_rt
