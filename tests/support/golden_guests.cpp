#include "support/golden_guests.hpp"

namespace nova_rt::test {
namespace {

constexpr const char* kPlain = "realtime-guest.xml";
constexpr const char* kOvsDpdk = "realtime-guest-ovs-dpdk.xml";

DomainSpec guest(std::uint64_t vcpus, MiB memory) {
    DomainSpec spec;
    spec.flavor = {.name = "rt.small",
                   .id = "42",
                   .vcpus = vcpus,
                   .memory = memory,
                   .root_gb = 10,
                   .ephemeral_gb = 0,
                   .swap = MiB{0},
                   .extra_specs = {}};
    spec.image = {.id = "155d900f-4e14-4e4c-a73d-069cbf4541e6",
                  .container_format = "bare",
                  .disk_format = "qcow2",
                  .properties = {}};
    spec.request.vcpus = vcpus;
    spec.request.memory = memory;
    spec.identity = {.uuid = "11111111-2222-4333-8444-555555555555",
                     .domain_name = "instance-00000001",
                     .display_name = "rt-guest",
                     .project_id = "0123456789abcdef0123456789abcdef",
                     .user_id = "fedcba9876543210fedcba9876543210"};
    spec.disks = {GuestDisk{.path = "/var/lib/nova/instances/11111111-2222-4333-8444-555555555555/disk"}};
    spec.console_log_path = "/var/lib/nova/instances/11111111-2222-4333-8444-555555555555/console.log";
    spec.creation_time = "2026-01-31 12:00:00";
    return spec;
}

NetworkPort port(InterfaceKind kind, unsigned number) {
    const std::string digit = std::to_string(number);
    NetworkPort made;
    made.kind = kind;
    made.mac = "fa:16:3e:00:00:0" + digit;
    made.port_id = "0000000" + digit + "-0000-4000-8000-000000000000";
    made.target_device = (kind == InterfaceKind::VhostUser ? "vhu" : "tap") + made.port_id.substr(0, 11);
    made.bridge = "br-int";
    made.socket_path = "/run/openvswitch/vhu" + digit;
    return made;
}

NetworkPort vhost_user_port(VhostUserMode mode, unsigned number) {
    NetworkPort made = port(InterfaceKind::VhostUser, number);
    made.socket_mode = mode;
    return made;
}

CellPlacement cell(unsigned number, unsigned host_cell, MiB memory, unsigned first_vcpu,
                   const std::vector<unsigned>& pcpus) {
    CellPlacement placed;
    placed.guest_cell = GuestCellId{number};
    placed.host_cell = HostCellId{host_cell};
    placed.memory = memory;
    for (const unsigned pcpu : pcpus) {
        placed.pins[VcpuId{first_vcpu++}] = PcpuId{pcpu};
    }
    return placed;
}

DomainSpec two_cells_on_huge_pages() {
    DomainSpec spec = guest(8, MiB{8192});
    spec.request.realtime_vcpus = {1, 2, 3, 5, 6, 7};
    spec.request.multiqueue = true;
    spec.options.max_queues = 4;
    spec.options.rx_queue_size = 512;
    spec.options.tx_queue_size = 1024;
    spec.plan.realtime_vcpus = spec.request.realtime_vcpus;
    spec.plan.emulator_pcpus = {4};
    spec.plan.cells = {cell(0, 0, MiB{4096}, 0, {2, 18, 3, 19}), cell(1, 1, MiB{4096}, 4, {8, 24, 9, 25})};
    for (auto& placed : spec.plan.cells) {
        placed.page_size = KiB{1048576};
        placed.huge_pages = true;
    }
    spec.ports = {vhost_user_port(VhostUserMode::Server, 1), vhost_user_port(VhostUserMode::Client, 2)};
    return spec;
}

DomainSpec mixed_on_open_vswitch() {
    DomainSpec spec = guest(4, MiB{2048});
    spec.request.cpu_policy = CpuPolicy::Mixed;
    spec.request.realtime_vcpus = {2, 3};
    spec.request.vif_quota = {
        {"vif_inbound_average", 1000}, {"vif_inbound_peak", 2000}, {"vif_outbound_burst", 1}};
    spec.plan.realtime_vcpus = {2, 3};
    spec.plan.emulator_pcpus = {0, 1, 2, 3};
    spec.plan.cells = {cell(0, 1, MiB{2048}, 2, {4, 5})};
    spec.plan.cells[0].shared_vcpus = {0, 1};
    spec.plan.cells[0].float_pcpus = {0, 1, 2, 3};
    spec.ports = {port(InterfaceKind::OvsBridge, 1)};
    return spec;
}

DomainSpec shared_with_quotas() {
    DomainSpec spec = guest(2, MiB{1024});
    spec.options.cpu_shared_set = CpuSet{0, 1, 7};
    spec.online_pcpus = CpuSet{0, 1, 2, 3};
    spec.options.file_backed_memory = 1024;
    spec.request.cpu_quota = {.shares = 2048, .period = 20000, .quota = -1};
    spec.request.disk_quota = {{"disk_read_bytes_sec", 1000000}, {"disk_write_iops_sec", 100}};
    spec.request.locked_memory = true;
    spec.ports = {port(InterfaceKind::Bridge, 1), port(InterfaceKind::Tap, 2)};
    spec.ports[0].mtu = 9000;
    return spec;
}

DomainSpec every_feature() {
    DomainSpec spec = realtime_guest();
    spec.options.cpu_mode = "host-passthrough";
    spec.options.cpu_model_extra_flags = {"tsc-deadline", "-VMX", "+pcid"};
    spec.options.num_pcie_ports = 2;
    spec.options.mem_stats_period_seconds = 0;
    spec.request.machine_type = "q35";
    spec.request.pmu = false;
    spec.request.hide_hypervisor = true;
    spec.request.hpet = true;
    spec.request.watchdog_action = "reset";
    spec.request.viommu_model = "intel";
    spec.request.cpu_topology = GuestCpuTopology{.sockets = 1, .cores = 2, .threads = 2};
    spec.image.properties = {
        {"hw_pmu", "false"}, {"hw_watchdog_action", "reset"}, {"hw_qemu_guest_agent", "yes"}};
    spec.flavor.extra_specs["hw:boot_menu"] = "true";
    spec.flavor.extra_specs["hw_rng:rate_bytes"] = "1024";
    spec.flavor.extra_specs["hw_rng:rate_period"] = "1000";
    return spec;
}

DomainSpec emulated_without_disk() {
    DomainSpec spec = realtime_guest();
    spec.options.virt_type = "qemu";
    spec.options.cpu_mode = "custom";
    spec.options.cpu_models = {"qemu64"};
    spec.disks.clear();
    spec.console_log_path.reset();
    spec.ports = {port(InterfaceKind::Tap, 1)};
    return spec;
}

DomainSpec arm_with_firmware() {
    DomainSpec spec = realtime_guest();
    spec.architecture = "aarch64";
    spec.host_architecture = "aarch64";
    spec.options.num_pcie_ports = 1;
    spec.firmware = {.loader = "/usr/share/AAVMF/AAVMF_CODE.fd",
                     .nvram_template = "/usr/share/AAVMF/AAVMF_VARS.fd"};
    return spec;
}

DomainSpec arm_on_x86() {
    DomainSpec spec = realtime_guest();
    spec.architecture = "aarch64";
    spec.options.virt_type = "qemu";
    return spec;
}

DomainSpec release_33() {
    DomainSpec spec = two_cells_on_huge_pages();
    spec.nova_release = 33;
    spec.nova_version = "33.0.2";
    spec.request.packed_ring = true;
    spec.request.maxphysaddr_mode = "emulate";
    spec.request.maxphysaddr_bits = 42;
    spec.image.properties["hw_firmware_type"] = "uefi";
    return spec;
}

DomainSpec own_priorities() {
    DomainSpec spec = realtime_guest();
    spec.flavor.extra_specs = {{"hw:cpu_policy", "dedicated"}, {"rt:isolation", "required"},
                               {"rt:vcpu_priority", "20"},     {"rt:emulator_priority", "1"},
                               {"rt:iothreads", "2"},          {"rt:iothread_priority", "2"}};
    spec.disks.push_back({.path = "/dev/vg/data", .target = "vdb"});
    spec.disks.back().source = DiskSource::Block;
    return spec;
}

/// What libvirt's real-time guide wants, on memory without huge pages that a switch can map all the same.
DomainSpec by_the_guide() {
    DomainSpec spec = realtime_guest();
    for (const auto& [key, value] : Properties{{"rt:cpu_mode", "host-passthrough"},
                                               {"rt:pit", "qemu"},
                                               {"rt:memory_allocation", "immediate"},
                                               {"rt:memory_access", "shared"},
                                               {"rt:memory_balloon", "none"},
                                               {"rt:vhost_user_reconnect_s", "2"}}) {
        spec.flavor.extra_specs[key] = value;
    }
    spec.request.pmu = false;
    spec.request.multiqueue = true;
    spec.options.max_queues = 4;
    spec.options.rx_queue_size = 1024;
    spec.options.tx_queue_size = 512;
    spec.ports = {vhost_user_port(VhostUserMode::Server, 1), vhost_user_port(VhostUserMode::Client, 2)};
    return spec;
}

DomainSpec by_the_guide_on_arm() {
    DomainSpec spec = by_the_guide();
    spec.architecture = "aarch64";
    spec.host_architecture = "aarch64";
    return spec;
}

/// A balloon that Nova would let report free pages, and a private answer to `hw:mem_page_size` that leaves
/// memAccess out: both put right.
DomainSpec release_33_put_right() {
    DomainSpec spec = release_33();
    spec.plan.withholds_shared_access = true;
    spec.flavor.extra_specs["rt:memory_balloon"] = "quiet";
    spec.flavor.extra_specs["rt:memory_access"] = "shared";
    return spec;
}

DomainSpec with_cache_of_its_own() {
    DomainSpec spec = two_cells_on_huge_pages();
    spec.flavor.extra_specs["rt:l3_cache_kib"] = "4096";
    spec.flavor.extra_specs["rt:memory_bandwidth_percent"] = "60";
    spec.host_caches.l3 = {{.id = 0, .cpus = CpuSet::range(0, 7) | CpuSet::range(16, 23), .size = {36864}},
                           {.id = 1, .cpus = CpuSet::range(8, 15) | CpuSet::range(24, 31), .size = {36864}}};
    spec.host_caches.allocation = CacheAllocation{.ways = 12};
    spec.host_caches.bandwidth = BandwidthAllocation{};
    return spec;
}

DomainSpec hostile_text() {
    DomainSpec spec = realtime_guest();
    spec.identity.display_name = "</nova:name><evil/> & \"quotes\" 'and' ${braces} %s \xC3\xA4";
    spec.identity.project_id = "\"/><evil/>";
    spec.flavor.name = "a\" b='c'>";
    spec.flavor.extra_specs = {{"x:<key>", "]]> <!-- & line\nbreak"}};
    spec.image.properties = {{"os_distro", "<![CDATA[x]]>"}, {"rt:isolation", "required"}};
    return spec;
}

DomainSpec switch_without_huge_pages() {
    DomainSpec spec = realtime_guest();
    spec.ports = {vhost_user_port(VhostUserMode::Server, 1), vhost_user_port(VhostUserMode::Client, 2),
                  port(InterfaceKind::Tap, 3)};
    return spec;
}

} // namespace

DomainSpec realtime_guest() {
    DomainSpec spec = guest(4, MiB{2048});
    spec.flavor.extra_specs = {
        {"hw:cpu_policy", "dedicated"}, {"hw:cpu_realtime", "yes"}, {"hw:cpu_realtime_mask", "^0"}};
    spec.request.cpu_policy = CpuPolicy::Dedicated;
    spec.request.realtime_vcpus = {1, 2, 3};
    spec.plan.realtime_vcpus = {1, 2, 3};
    spec.plan.emulator_pcpus = {1};
    spec.plan.cells = {cell(0, 0, MiB{2048}, 0, {1, 2, 3, 4})};
    return spec;
}

std::vector<GoldenGuest> golden_guests() {
    return {{.name = "realtime", .template_name = kPlain, .spec = realtime_guest()},
            {.name = "two-cells-1g-vhostuser", .template_name = kPlain, .spec = two_cells_on_huge_pages()},
            {.name = "mixed-ovs", .template_name = kPlain, .spec = mixed_on_open_vswitch()},
            {.name = "shared-quotas", .template_name = kPlain, .spec = shared_with_quotas()},
            {.name = "every-feature", .template_name = kPlain, .spec = every_feature()},
            {.name = "tcg-without-disk", .template_name = kPlain, .spec = emulated_without_disk()},
            {.name = "aarch64-firmware", .template_name = kPlain, .spec = arm_with_firmware()},
            {.name = "aarch64-emulated", .template_name = kPlain, .spec = arm_on_x86()},
            {.name = "nova-33", .template_name = kPlain, .spec = release_33()},
            {.name = "rt-priorities", .template_name = kPlain, .spec = own_priorities()},
            {.name = "rt-guide", .template_name = kPlain, .spec = by_the_guide()},
            {.name = "rt-guide-aarch64", .template_name = kPlain, .spec = by_the_guide_on_arm()},
            {.name = "rt-put-right", .template_name = kPlain, .spec = release_33_put_right()},
            {.name = "rt-cache", .template_name = kPlain, .spec = with_cache_of_its_own()},
            {.name = "hostile-text", .template_name = kPlain, .spec = hostile_text()},
            {.name = "ovs-dpdk-1g", .template_name = kOvsDpdk, .spec = two_cells_on_huge_pages()},
            {.name = "ovs-dpdk-memfd", .template_name = kOvsDpdk, .spec = switch_without_huge_pages()}};
}

} // namespace nova_rt::test
