#include "support/document_promises.hpp"

#include "domainxml/domain_reader.hpp"
#include "flavor/extra_specs.hpp"
#include "flavor/realtime_rules.hpp"
#include "services/case_document.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>

namespace nova_rt::test {

namespace {

using nlohmann::json;

std::string text_of(const json& document) {
    return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

json to_json(const Flavor& flavor) {
    return {{"name", flavor.name},       {"flavorid", flavor.id},
            {"vcpus", flavor.vcpus},     {"memory_mb", flavor.memory.value},
            {"root_gb", flavor.root_gb}, {"ephemeral_gb", flavor.ephemeral_gb},
            {"swap", flavor.swap.value}, {"extra_specs", flavor.extra_specs}};
}

json to_json(const HostTopology& host) {
    json cells = json::array();
    for (const HostCell& cell : host.cells) {
        json siblings = json::array();
        for (const CpuSet& core : cell.thread_siblings) {
            siblings.push_back(core.to_cpulist());
        }
        json pools = json::array();
        for (const PagePool& pool : cell.page_pools) {
            pools.push_back({{"size_kb", pool.size.value}, {"total", pool.total}});
        }
        cells.push_back({{"id", cell.id.value},
                         {"socket", cell.socket},
                         {"memory_mb", cell.memory.value},
                         {"siblings", siblings},
                         {"mempages", pools}});
    }
    return {{"arch", host.architecture}, {"cells", cells}, {"online", host.online.to_cpulist()}};
}

std::string broken_by_request(const Flavor& flavor, const RealtimeRequest& request) {
    const CpuSet all = CpuSet::range(0, static_cast<unsigned>(flavor.vcpus - 1));
    if (request.vcpus != flavor.vcpus || !request.realtime_vcpus.is_subset_of(all)) {
        return "the request has other vCPUs than the flavor";
    }
    CpuSet seen;
    for (const GuestCell& cell : request.cells) {
        const CpuSet vcpus = cell.shared_vcpus | cell.pinned_vcpus;
        if (vcpus.intersects(seen) || cell.shared_vcpus.intersects(cell.pinned_vcpus)) {
            return "a vCPU is in two guest cells";
        }
        seen |= vcpus;
    }
    return request.cells.empty() || seen == all ? "" : "the guest cells do not cover the vCPUs";
}

std::string broken_by_topology(const HostTopology& host) {
    CpuSet seen;
    std::optional<HostCellId> before;
    for (const HostCell& cell : host.cells) {
        if (before && !(*before < cell.id)) {
            return "the host cells are not in ascending order";
        }
        before = cell.id;
        CpuSet threads;
        for (const CpuSet& core : cell.thread_siblings) {
            if (core.empty() || core.intersects(threads)) {
                return "a core is empty or shares a CPU with another";
            }
            threads |= core;
        }
        if (threads != cell.cpus || cell.cpus.intersects(seen) || !cell.cpus.is_subset_of(host.online)) {
            return "a cell's CPUs are not its cores' or not its own, or are offline";
        }
        seen |= cell.cpus;
    }
    return "";
}

/// Legality, from the answer's point of view: nothing is given twice, and only what the host has.
std::string broken_by_plan(const TranslationInput& input, const PinningPlan& plan) {
    CpuSet given;
    for (const CellPlacement& placed : plan.cells) {
        CpuSet host_cpus;
        for (const HostCell& cell : input.host->cells) {
            host_cpus |= cell.id == placed.host_cell ? cell.cpus : CpuSet{};
        }
        CpuSet taken = placed.emulator_pcpu ? CpuSet{placed.emulator_pcpu->value} : CpuSet{};
        for (const auto& [vcpu, pcpu] : placed.pins) {
            if (taken.contains(pcpu.value)) {
                return "pCPU " + std::to_string(pcpu.value) + " is given twice in one cell";
            }
            taken.add(pcpu.value);
        }
        if (!taken.is_subset_of(host_cpus) || taken.intersects(given)) {
            return "a pCPU is given that the host cell does not have, or twice";
        }
        given |= taken;
    }
    return "";
}

std::string broken_by_xml(const PinningPlan& plan, const std::string& xml) {
    const auto guest = read_guest_domain(xml);
    if (!guest) {
        return "our own XML is refused: " + guest.error().message();
    }
    for (const CellPlacement& cell : plan.cells) {
        for (const auto& [vcpu, pcpu] : cell.pins) {
            const auto pins = guest->vcpu_pins.find(vcpu);
            if (pins == guest->vcpu_pins.end() || pins->second != CpuSet{pcpu.value}) {
                return "the XML pins vCPU " + std::to_string(vcpu.value) + " elsewhere than the plan";
            }
        }
    }
    if (!plan.cells.empty() && guest->realtime_vcpus() != plan.realtime_vcpus) {
        return "the XML makes other vCPUs realtime than the plan";
    }
    const CpuSet emulator = guest->emulator_pins.value_or(CpuSet{});
    return plan.cells.empty() || emulator == plan.emulator_pcpus
               ? ""
               : "the XML pins the emulator elsewhere than the plan";
}

} // namespace

std::string broken_by_flavor_document(std::string_view text) {
    const auto flavor = parse_flavor_document(text);
    if (!flavor) {
        return flavor.error().message().empty() ? "a refusal says nothing" : "";
    }
    if (flavor->vcpus == 0 || flavor->vcpus > CpuSet::kMaxCpus || flavor->memory.value == 0) {
        return "a flavor is accepted that is out of bounds";
    }
    const std::string written = text_of(to_json(*flavor));
    const auto again = parse_flavor_document(written);
    if (!again || text_of(to_json(*again)) != written) {
        return "the flavor is not read back as itself";
    }
    if (!check_property_sizes(flavor->extra_specs, Provenance::Flavor)) {
        return "";
    }
    static_cast<void>(validate_extra_specs(*flavor));
    const auto request = numa_request({.flavor = *flavor, .image = ImageMeta{}});
    if (!request) {
        return request.error().type.empty() ? "a refusal names no exception" : "";
    }
    return broken_by_request(*flavor, *request);
}

std::string broken_by_host_document(std::string_view text) {
    const auto host = parse_host_document(text);
    if (!host) {
        return host.error().message().empty() ? "a refusal says nothing" : "";
    }
    if (auto broken = broken_by_topology(*host); !broken.empty()) {
        return broken;
    }
    const std::string written = text_of(to_json(*host));
    const auto again = parse_host_document(written);
    return again && text_of(to_json(*again)) == written ? "" : "the host is not read back as itself";
}

std::string broken_by_case_document(std::string_view text, const TranslationService& service) {
    const auto input = parse_case_document(text);
    if (!input) {
        return input.error().message().empty() ? "a refusal says nothing" : "";
    }
    const auto answer = service.translate(*input);
    if (!answer) {
        return answer.error().message().empty() ? "a refusal says nothing" : "";
    }
    const std::string written = to_document(*answer);
    if (!json::accept(written)) {
        return "the answer is no JSON";
    }
    const auto again = service.translate_document(text);
    if (!again || *again != written) {
        return "the same question has two answers";
    }
    if (answer->error) {
        return answer->error->type.empty() || answer->error->stage.empty() ? "a refusal lacks stage or type"
                                                                           : "";
    }
    if (!answer->plan) {
        return "";
    }
    auto broken = broken_by_plan(*input, *answer->plan);
    return broken.empty() && answer->xml ? broken_by_xml(*answer->plan, *answer->xml) : broken;
}

} // namespace nova_rt::test
