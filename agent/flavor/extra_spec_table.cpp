#include "flavor/extra_specs.hpp"

#include <algorithm>
#include <array>

namespace nova_rt {

namespace {

constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();

constexpr ExtraSpec boolean(std::string_view key, std::string_view image = {},
                            SpecScope scope = SpecScope::Guest) {
    return {.key = key, .kind = ValueKind::Boolean, .scope = scope, .image_property = image};
}

constexpr ExtraSpec integer(std::string_view key, std::int64_t minimum, std::int64_t maximum = kHighest,
                            std::string_view image = {}, SpecScope scope = SpecScope::Guest) {
    return {.key = key,
            .kind = ValueKind::Integer,
            .scope = scope,
            .minimum = minimum,
            .maximum = maximum,
            .image_property = image};
}

constexpr ExtraSpec choice(std::string_view key, std::string_view choices, std::string_view image = {},
                           SpecScope scope = SpecScope::Guest) {
    return {
        .key = key, .kind = ValueKind::Choice, .scope = scope, .choices = choices, .image_property = image};
}

constexpr ExtraSpec shaped(std::string_view key, ValueKind kind, std::string_view image = {},
                           SpecScope scope = SpecScope::Guest) {
    return {.key = key, .kind = kind, .scope = scope, .image_property = image};
}

constexpr SpecScope kIgnored = SpecScope::Ignored;
constexpr SpecScope kScheduler = SpecScope::Scheduler;

/// Source: nova/api/validation/extra_specs/{hw,hw_rng,hw_video,null,os,pci_passthrough,accel,vmware}.py.
constexpr auto kHardware = std::to_array<ExtraSpec>({
    boolean("hw:cpu_realtime"),
    shaped("hw:cpu_realtime_mask", ValueKind::CpuMask, "hw_cpu_realtime_mask"),
    boolean("hw:hide_hypervisor_id", "img_hide_hypervisor_id"),
    choice("hw:cpu_policy", "dedicated,shared,mixed", "hw_cpu_policy"),
    choice("hw:cpu_thread_policy", "prefer,isolate,require", "hw_cpu_thread_policy"),
    choice("hw:emulator_threads_policy", "isolate,share"),
    shaped("hw:cpu_dedicated_mask", ValueKind::CpuMask),
    shaped("hw:mem_page_size", ValueKind::PageSize, "hw_mem_page_size"),
    boolean("hw:locked_memory", "hw_locked_memory"),
    integer("hw:numa_nodes", 1, kHighest, "hw_numa_nodes"),
    shaped("hw:numa_cpus.{num}", ValueKind::CpuMask, "hw_numa_cpus.{num}"),
    integer("hw:numa_mem.{num}", 1, kHighest, "hw_numa_mem.{num}"),
    choice("hw:pci_numa_affinity_policy", "required,preferred,legacy,socket", "hw_pci_numa_affinity_policy",
           kScheduler),
    integer("hw:cpu_sockets", 1, kHighest, "hw_cpu_sockets"),
    integer("hw:cpu_cores", 1, kHighest, "hw_cpu_cores"),
    integer("hw:cpu_threads", 1, kHighest, "hw_cpu_threads"),
    integer("hw:max_cpu_sockets", 1, kHighest, {}, kIgnored),
    integer("hw:max_cpu_cores", 1, kHighest, {}, kIgnored),
    integer("hw:max_cpu_threads", 1, kHighest, {}, kIgnored),
    boolean("hw:boot_menu", "hw_boot_menu"),
    boolean("hw:vif_multiqueue_enabled", "hw_vif_multiqueue_enabled"),
    boolean("hw:mem_encryption", "hw_mem_encryption"),
    shaped("hw:pmem", ValueKind::PmemLabels),
    boolean("hw:pmu", "hw_pmu"),
    integer("hw:serial_port_count", 0, kHighest, "hw_serial_port_count"),
    choice("hw:tpm_model", "tpm-tis,tpm-crb", "hw_tpm_model"),
    choice("hw:tpm_version", "1.2,2.0", "hw_tpm_version"),
    choice("hw:watchdog_action", "none,pause,poweroff,reset,disabled", "hw_watchdog_action"),
    choice("hw:viommu_model", "intel,smmuv3,virtio,auto", "hw_viommu_model"),
    boolean("hw:ephemeral_encryption", "hw_ephemeral_encryption"),
    choice("hw:ephemeral_encryption_format", "plain,luks,luksv2", "hw_ephemeral_encryption_format"),
    boolean("hw_rng:allowed"),
    integer("hw_rng:rate_bytes", 0),
    integer("hw_rng:rate_period", 0),
    integer("hw_video:ram_max_mb", 0),
    boolean("hide_hypervisor_id", "img_hide_hypervisor_id"),
    choice("group_policy", "isolate,none", {}, kScheduler),
    choice("os:secure_boot", "disabled,required", "os_secure_boot"),
    choice("os:resolution", "1024x768,1280x1024,1600x1200,1920x1200,2560x1600,3840x2160", {}, kIgnored),
    integer("os:monitors", 1, 8, {}, kIgnored),
    choice("os:vram", "64,128,256,512,1024", {}, kIgnored),
    shaped("pci_passthrough:alias", ValueKind::PciAlias),
    shaped("accel:device_profile", ValueKind::Text, {}, kScheduler),
    shaped("vmware:hw_version", ValueKind::Text, {}, kIgnored),
    shaped("vmware:storage_policy", ValueKind::Text, {}, kIgnored),
    // Source: nova/api/validation/extra_specs/quota.py
    integer("quota:cpu_shares", 0),
    integer("quota:cpu_period", 0),
    integer("quota:cpu_quota", kLowest),
    integer("quota:disk_read_bytes_sec", 0),
    integer("quota:disk_read_iops_sec", 0),
    integer("quota:disk_write_bytes_sec", 0),
    integer("quota:disk_write_iops_sec", 0),
    integer("quota:disk_total_bytes_sec", 0),
    integer("quota:disk_total_iops_sec", 0),
    integer("quota:vif_inbound_average", 0),
    integer("quota:vif_inbound_peak", 0),
    integer("quota:vif_inbound_burst", 0),
    integer("quota:vif_outbound_average", 0),
    integer("quota:vif_outbound_peak", 0),
    integer("quota:vif_outbound_burst", 0),
    integer("quota:cpu_limit", 0, kHighest, {}, kIgnored),
    integer("quota:cpu_reservation", kLowest, kHighest, {}, kIgnored),
    choice("quota:cpu_shares_level", "custom,high,normal,low", {}, kIgnored),
    integer("quota:cpu_shares_share", 0, kHighest, {}, kIgnored),
    integer("quota:memory_limit", 0, kHighest, {}, kIgnored),
    integer("quota:memory_reservation", kLowest, kHighest, {}, kIgnored),
    choice("quota:memory_shares_level", "custom,high,normal,low", {}, kIgnored),
    integer("quota:memory_shares_share", 0, kHighest, {}, kIgnored),
    integer("quota:disk_io_limit", 0, kHighest, {}, kIgnored),
    integer("quota:disk_io_reservation", kLowest, kHighest, {}, kIgnored),
    choice("quota:disk_io_shares_level", "custom,high,normal,low", {}, kIgnored),
    integer("quota:disk_io_shares_share", 0, kHighest, {}, kIgnored),
    integer("quota:vif_limit", 0, kHighest, {}, kIgnored),
    integer("quota:vif_reservation", kLowest, kHighest, {}, kIgnored),
    choice("quota:vif_shares_level", "custom,high,normal,low", {}, kIgnored),
    integer("quota:vif_shares_share", 0, kHighest, {}, kIgnored),
});

constexpr SpecScope kIsolation = SpecScope::Isolation;
constexpr std::int64_t kMaxPriority = 49; // above the agent's and below the kernel's own threads' priority 50

/// ARCHITECTURE.md, "Extra specs". Taken from the flavor only: an image belongs to a tenant.
constexpr auto kRealtime = std::to_array<ExtraSpec>({
    choice("rt:isolation", "off,best_effort,required", {}, kIsolation),
    integer("rt:vcpu_priority", 1, kMaxPriority, {}, kIsolation),
    integer("rt:emulator_priority", 1, kMaxPriority, {}, kIsolation),
    integer("rt:iothread_priority", 1, kMaxPriority, {}, kIsolation),
    integer("rt:iothreads", 0, 64, {}, kIsolation),
    integer("rt:l3_cache_kib", 1, std::int64_t{1024} * 1024, {}, kIsolation),
    integer("rt:memory_bandwidth_percent", 1, 100, {}, kIsolation),
    choice("rt:cpu_mode", "keep,host-passthrough", {}, kIsolation),
    choice("rt:pit", "kernel,qemu", {}, kIsolation),
    choice("rt:memory_allocation", "keep,immediate", {}, kIsolation),
    choice("rt:memory_access", "keep,shared", {}, kIsolation),
    choice("rt:memory_balloon", "keep,quiet,none", {}, kIsolation),
    integer("rt:vhost_user_reconnect_s", 0, 3600, {}, kIsolation),
    choice("rt:cstates", "allow,off", {}, kIsolation),
    choice("rt:governor", "keep,performance", {}, kIsolation),
    choice("rt:device_irqs", "housekeeping,guest", {}, kIsolation),
    choice("rt:vhost_threads", "emulator,housekeeping", {}, kIsolation),
    integer("rt:fair_server_us", 0, 1'000'000, {}, kIsolation),
    integer("rt:max_latency_us", 1, 1'000'000, {}, kIsolation),
    choice("rt:min_grade", "A,B,C", {}, kIsolation),
});

/// Whether a key is an instance of a name that ends in "{num}". Nova matches the dot before the number as a
/// regular expression does, so any character stands there.
bool matches_numbered(std::string_view pattern, std::string_view key) {
    constexpr std::string_view kHole = "{num}";
    if (!pattern.ends_with(kHole)) {
        return false;
    }
    const std::string_view stem = pattern.substr(0, pattern.size() - kHole.size() - 1);
    if (!key.starts_with(stem) || key.size() < stem.size() + 2 || key[stem.size()] == '\n') {
        return false;
    }
    const std::string_view number = key.substr(stem.size() + 1);
    return std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
}

/// Added between Nova 26.2 and 33, from the same files.
constexpr auto kSince33 = std::to_array<ExtraSpec>({
    integer("hw:cpu_max_sockets", 1),
    integer("hw:cpu_max_cores", 1),
    integer("hw:cpu_max_threads", 1),
    choice("hw:mem_encryption_model", "amd-sev,amd-sev-es", "hw_mem_encryption_model"),
    choice("hw:tpm_secret_security", "user,host,deployment"),
    boolean("hw:virtio_packed_ring", "hw_virtio_packed_ring"),
    choice("hw:sound_model", "sb16,es1370,pcspk,ac97,ich6,ich9,usb,virtio"),
    choice("hw:usb_model", "none,nec-xhci,qemu-xhci"),
    integer("hw:redirected_usb_ports", 0, 15),
});

/// Gone before 33: the misspelt limits, and Hyper-V's keys.
constexpr auto kGoneIn33 =
    std::to_array<std::string_view>({"hw:max_cpu_sockets", "hw:max_cpu_cores", "hw:max_cpu_threads",
                                     "os:resolution", "os:monitors", "os:vram"});

const ExtraSpec* find_in(std::span<const ExtraSpec> table, std::string_view key) {
    const auto* const found = std::find_if(table.data(), table.data() + table.size(), [&](const auto& row) {
        return row.key == key || matches_numbered(row.key, key);
    });
    return found == table.data() + table.size() ? nullptr : found;
}

} // namespace

std::span<const ExtraSpec> nova_extra_specs() {
    return kHardware;
}

std::span<const ExtraSpec> extra_specs_since_33() {
    return kSince33;
}

std::span<const ExtraSpec> rt_extra_specs() {
    return kRealtime;
}

const ExtraSpec* find_extra_spec(std::string_view key, NovaRelease release) {
    if (key.ends_with("{num}")) {
        return nullptr;
    }
    if (release == NovaRelease::Gazpacho) {
        if (std::ranges::find(kGoneIn33, key) != kGoneIn33.end()) {
            return nullptr;
        }
        if (const ExtraSpec* const later = find_in(kSince33, key)) {
            return later;
        }
    }
    const ExtraSpec* const row = find_in(kHardware, key);
    return row != nullptr ? row : find_in(kRealtime, key);
}

} // namespace nova_rt
