#include "domainxml/composers/composers.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace nova_rt::composers {
namespace {

struct CpuModel {
    std::string mode;  ///< empty: none is written
    std::string model; ///< empty: none is written
};

/// Source: LibvirtDriver._get_guest_cpu_model_config and _get_guest_cpu_config.
CpuModel choose_model(const DomainSpec& spec) {
    const bool arm = spec.architecture == "aarch64";
    if (spec.architecture != spec.host_architecture) {
        return {.mode = "", .model = arm ? "cortex-a57" : ""};
    }
    CpuModel chosen{.mode = spec.options.cpu_mode,
                    .model = spec.options.cpu_models.empty() ? "" : spec.options.cpu_models.front()};
    if (chosen.mode == "none") {
        return {};
    }
    if (chosen.mode.empty()) {
        chosen.mode = arm ? "host-passthrough" : "host-model";
    }
    if (chosen.mode == "custom" && arm && chosen.model.empty()) {
        chosen.model = "max";
    }
    return chosen;
}

/// Flag to policy, by name. Of "+x" and "-x" the last one wins; Nova's set has no order.
std::map<std::string, std::string> features(const std::vector<std::string>& flags) {
    std::map<std::string, std::string> policies;
    for (std::string flag : flags) {
        std::ranges::transform(flag, flag.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const bool off = flag.starts_with('-');
        if (off || flag.starts_with('+')) {
            flag.erase(0, 1);
        }
        policies[flag] = off ? "disable" : "require";
    }
    return policies;
}

void add_cells(const DomainSpec& spec, XmlElement cpu) {
    if (spec.plan.cells.empty()) {
        return;
    }
    XmlElement numa = cpu.add_child("numa");
    const bool shared = uses_huge_pages(spec) && !spec.plan.withholds_shared_access;
    std::uint64_t cell_number = 0;
    for (const auto& cell : spec.plan.cells) {
        CpuSet vcpus = cell.shared_vcpus;
        for (const auto& [vcpu, pcpu] : cell.pins) {
            vcpus.add(vcpu.value);
        }
        XmlElement element = numa.add_child("cell");
        element.set_attribute("id", cell_number++)
            .set_attribute("cpus", vcpus.to_cpulist())
            .set_attribute("memory", to_kib(cell.memory).value);
        // Another process (a vhost-user switch) can only map huge pages of the guest that are shared.
        if (shared) {
            element.set_attribute("memAccess", "shared");
        }
    }
}

} // namespace

Status compose_cpu(const DomainSpec& spec, XmlElement domain) {
    XmlElement cpu = domain.child_or_add("cpu");
    const CpuModel chosen = choose_model(spec);
    if (!chosen.mode.empty()) {
        cpu.set_attribute("mode", chosen.mode);
    }
    cpu.set_attribute("match", "exact");
    if (!chosen.model.empty()) {
        cpu.add_child("model").set_text(chosen.model);
    }
    const auto topology = spec.request.cpu_topology.value_or(
        GuestCpuTopology{.sockets = spec.request.vcpus, .cores = 1, .threads = 1});
    cpu.add_child("topology")
        .set_attribute("sockets", topology.sockets)
        .set_attribute("cores", topology.cores)
        .set_attribute("threads", topology.threads);
    if (spec.nova_release >= 27 && spec.request.maxphysaddr_mode) {
        XmlElement maxphysaddr =
            cpu.add_child("maxphysaddr").set_attribute("mode", *spec.request.maxphysaddr_mode);
        if (spec.request.maxphysaddr_bits) {
            maxphysaddr.set_attribute("bits", std::to_string(*spec.request.maxphysaddr_bits));
        }
    }
    if (spec.options.cpu_mode != "none") {
        for (const auto& [name, policy] : features(spec.options.cpu_model_extra_flags)) {
            cpu.add_child("feature").set_attribute("name", name).set_attribute("policy", policy);
        }
    }
    add_cells(spec, cpu);
    return {};
}

} // namespace nova_rt::composers
