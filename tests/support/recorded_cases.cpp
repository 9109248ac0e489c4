#include "support/recorded_cases.hpp"

#include "base/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <optional>

namespace nova_rt::test {
namespace {

using nlohmann::json;

json load(const std::string& name) {
    std::ifstream file(std::string(NOVA_RT_SOURCE_DIR) + "/tests/nova_compat/" + name);
    EXPECT_TRUE(file) << name;
    return json::parse(file);
}

/// A JSON string as it is, anything else as it is written in JSON.
std::string text_of(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

Properties properties_of(const json& object) {
    Properties properties;
    for (const auto& [key, value] : object.items()) {
        properties[key] = text_of(value);
    }
    return properties;
}

CpuSet cpu_set_of(const json& list) {
    CpuSet set;
    for (const auto& cpu : list) {
        set.add(cpu.get<unsigned>());
    }
    return set;
}

std::optional<std::string> find(const Properties& properties, const std::string& key) {
    const auto found = properties.find(key);
    return found == properties.end() ? std::nullopt : std::optional(found->second);
}

bool is_true(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text == "true" || text == "yes" || text == "on" || text == "1" || text == "t" || text == "y";
}

std::optional<bool> flag(const Properties& properties, const std::string& key) {
    const auto text = find(properties, key);
    return text ? std::optional(is_true(*text)) : std::nullopt;
}

std::optional<std::int64_t> integer(const Properties& properties, const std::string& key) {
    const auto text = find(properties, key);
    return text ? parse_number<std::int64_t>(*text) : std::nullopt;
}

NovaOptions options_of(const json& conf) {
    NovaOptions options;
    const auto set = [&](const char* key) -> std::optional<CpuSet> {
        const std::string text = conf.value(key, "");
        return text.empty() ? std::nullopt : std::optional(CpuSet::from_nova_spec(text).value());
    };
    const auto size = [&](const char* key) -> std::optional<unsigned> {
        return conf.contains(key) ? std::optional(conf[key].get<unsigned>()) : std::nullopt;
    };
    options.cpu_shared_set = set("compute.cpu_shared_set");
    options.cpu_dedicated_set = set("compute.cpu_dedicated_set");
    options.vcpu_pin_set = set("vcpu_pin_set");
    options.rx_queue_size = size("libvirt.rx_queue_size");
    options.tx_queue_size = size("libvirt.tx_queue_size");
    options.max_queues = size("libvirt.max_queues");
    options.num_pcie_ports = size("libvirt.num_pcie_ports");
    options.mem_stats_period_seconds = conf.value("libvirt.mem_stats_period_seconds", 10);
    options.realtime_scheduler_priority = conf.value("libvirt.realtime_scheduler_priority", 1);
    options.cpu_mode = conf.value("libvirt.cpu_mode", "");
    options.cpu_model_extra_flags = conf.value("libvirt.cpu_model_extra_flags", std::vector<std::string>{});
    return options;
}

/// The names the oracle gives its ports.
NetworkPort port_of(const json& vif, unsigned number) {
    char id[64];
    std::snprintf(id, sizeof id, "%08u-0000-4000-8000-000000000000", number);
    char mac[32];
    std::snprintf(mac, sizeof mac, "fa:16:3e:00:00:%02x", number);
    NetworkPort port;
    port.port_id = id;
    port.mac = vif.value("mac", mac);
    const std::string type = vif.value("type", "vhostuser");
    const bool ovs_plug = type == "vhostuser" && vif.value("ovs", true);
    port.target_device = ((ovs_plug ? "vhu" : "tap") + port.port_id).substr(0, 14);
    port.bridge = vif.value("bridge", "br-int");
    if (type == "vhostuser") {
        port.kind = InterfaceKind::VhostUser;
        port.socket_path = vif.value("path", "/var/run/openvswitch/vhu" + port.port_id.substr(0, 11));
        port.socket_mode =
            vif.value("mode", "server") == "client" ? VhostUserMode::Client : VhostUserMode::Server;
    } else {
        port.kind = type == "ovs" ? InterfaceKind::OvsBridge : InterfaceKind::Bridge;
    }
    return port;
}

RealtimeRequest request_of(const DomainSpec& spec, const json& answer) {
    const Properties& specs = spec.flavor.extra_specs;
    const Properties& image = spec.image.properties;
    RealtimeRequest request;
    request.vcpus = spec.flavor.vcpus;
    request.memory = spec.flavor.memory;
    request.realtime_vcpus = cpu_set_of(answer.at("realtime_vcpus"));
    request.locked_memory = flag(specs, "hw:locked_memory");
    request.pmu = flag(specs, "hw:pmu");
    if (const auto pmu = flag(image, "hw_pmu")) {
        request.pmu = pmu;
    }
    request.multiqueue = request.vcpus > 1 && flag(specs, "hw:vif_multiqueue_enabled").value_or(false);
    request.packed_ring = flag(specs, "hw:virtio_packed_ring").value_or(false);
    request.hide_hypervisor = flag(specs, "hw:hide_hypervisor_id").value_or(false);
    request.watchdog_action = find(specs, "hw:watchdog_action");
    if (const auto action = find(image, "hw_watchdog_action")) {
        request.watchdog_action = action;
    }
    const json& topology = answer.at("facts").at("cpu").at("topology");
    const auto part = [&](const char* name) {
        return parse_number<std::uint64_t>(topology.at(name).get<std::string>()).value();
    };
    request.cpu_topology =
        GuestCpuTopology{.sockets = part("sockets"), .cores = part("cores"), .threads = part("threads")};
    request.cpu_quota = {.shares = integer(specs, "quota:cpu_shares"),
                         .period = integer(specs, "quota:cpu_period"),
                         .quota = integer(specs, "quota:cpu_quota")};
    for (const auto& [key, value] : specs) {
        if (key.starts_with("quota:vif_")) {
            request.vif_quota[key.substr(6)] = parse_number<std::int64_t>(value).value();
        }
    }
    request.machine_type = find(image, "hw_machine_type");
    request.hpet = flag(image, "hw_time_hpet");
    request.maxphysaddr_mode = find(specs, "hw:maxphysaddr_mode");
    request.maxphysaddr_bits = integer(specs, "hw:maxphysaddr_bits");
    return request;
}

CellPlacement placement_of(const json& cell, unsigned number, const json& host_cells) {
    const auto host = std::ranges::find_if(
        host_cells, [&](const json& candidate) { return candidate["id"] == cell["id"]; });
    CellPlacement placed;
    placed.guest_cell = GuestCellId{number};
    placed.host_cell = HostCellId{cell["id"].get<unsigned>()};
    placed.shared_vcpus = cpu_set_of(cell["cpuset"]);
    placed.float_pcpus = cpu_set_of((*host)["cpuset"]);
    placed.memory = MiB{cell["memory_mb"].get<std::uint64_t>()};
    const json pins = cell.value("pins", json::object());
    for (const auto& [vcpu, pcpu] : pins.items()) {
        placed.pins[VcpuId{parse_number<unsigned>(vcpu).value()}] = PcpuId{pcpu.get<unsigned>()};
    }
    if (const json& size = cell["pagesize_kb"]; !size.is_null()) {
        placed.page_size = KiB{size.get<std::uint64_t>()};
        const json& pools = host_cells[0]["mempages"];
        placed.huge_pages = size > std::ranges::min_element(pools, {}, [](const json& pool) {
                                       return pool["size_kb"].get<std::uint64_t>();
                                   })->at("size_kb");
    }
    return placed;
}

PinningPlan plan_of(const DomainSpec& spec, const json& answer) {
    PinningPlan plan;
    plan.realtime_vcpus = spec.request.realtime_vcpus;
    plan.realtime_priority = spec.options.realtime_scheduler_priority;
    if (const json& pins = answer["emulator_pins"]; pins.is_array()) {
        plan.emulator_pcpus = cpu_set_of(pins);
    }
    const json& cells = answer["fitted_topology"];
    for (unsigned i = 0; i < cells.size(); ++i) {
        plan.cells.push_back(placement_of(cells[i], i, answer["host_topology"]));
    }
    return plan;
}

} // namespace

const std::vector<RecordedCase>& recorded_guests() {
    static const std::vector<RecordedCase> guests = [] {
        std::vector<RecordedCase> found;
        const json questions = load("cases.json");
        const json answers = load("golden-26.2.2.json");
        for (std::size_t i = 0; i < answers.size(); ++i) {
            EXPECT_EQ(questions[i]["name"], answers[i]["name"]);
            if (answers[i].contains("xml")) {
                found.push_back({.name = answers[i]["name"], .question = questions[i], .answer = answers[i]});
            }
        }
        return found;
    }();
    return guests;
}

DomainSpec domain_spec_of(const RecordedCase& recorded) {
    const json& question = recorded.question;
    const json& flavor = question.at("flavor");
    DomainSpec spec;
    spec.flavor.name = flavor.value("name", "oracle.flavor");
    spec.flavor.vcpus = flavor.at("vcpus").get<std::uint64_t>();
    spec.flavor.memory = MiB{flavor.at("memory_mb").get<std::uint64_t>()};
    spec.flavor.root_gb = flavor.value("root_gb", std::uint64_t{10});
    spec.flavor.extra_specs = properties_of(flavor.value("extra_specs", json::object()));
    spec.image.id = "155d900f-4e14-4e4c-a73d-069cbf4541e6";
    spec.image.properties =
        properties_of(question.value("image", json::object()).value("properties", json::object()));
    spec.options = options_of(question.value("conf", json::object()));
    spec.request = request_of(spec, recorded.answer);
    spec.plan = plan_of(spec, recorded.answer);
    spec.identity = {.uuid = "11111111-2222-4333-8444-555555555555",
                     .domain_name = "instance-00000001",
                     .display_name = "rt-guest",
                     .project_id = std::string(32, 'p'),
                     .user_id = std::string(32, 'u')};
    const json vifs = question.value("vifs", json::array());
    for (unsigned i = 0; i < vifs.size(); ++i) {
        spec.ports.push_back(port_of(vifs[i], i + 1));
    }
    const std::string directory = "/var/lib/nova/instances/" + spec.identity.uuid;
    spec.disks = {GuestDisk{.path = directory + "/disk"}};
    spec.console_log_path = directory + "/console.log";
    spec.creation_time = "2023-11-14 22:13:20";
    return spec;
}

} // namespace nova_rt::test
