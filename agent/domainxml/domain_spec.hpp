// Everything a domain's XML is made of.
#pragma once

#include "base/cpu_set.hpp"
#include "model/cache_control.hpp"
#include "model/firmware.hpp"
#include "model/flavor.hpp"
#include "model/nova_options.hpp"
#include "model/pinning_plan.hpp"
#include "model/realtime_request.hpp"

#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

enum class DiskSource { File, Block };

/// A disk the guest gets. Nova's defaults are those of a qcow2 image below its instances directory.
struct GuestDisk {
    DiskSource source = DiskSource::File;
    std::string path;
    std::string format = "qcow2";
    std::string cache = "none";
    std::string target = "vda";
    std::string bus = "virtio";
};

/// One guest, judged and planned. What Nova decides comes from `request`, `plan` and `options`; `flavor` and
/// `image` are written into the metadata and give the `rt:` keys (flavor only).
struct DomainSpec {
    Flavor flavor;
    Image image;
    RealtimeRequest request;
    PinningPlan plan;
    NovaOptions options;
    InstanceIdentity identity;
    std::vector<NetworkPort> ports;
    std::vector<GuestDisk> disks;             ///< may be empty: the firmware then finds nothing to boot
    std::string architecture = "x86_64";      ///< of the guest: x86_64 or aarch64
    std::string host_architecture = "x86_64"; ///< differs from `architecture` when the guest is emulated
    std::optional<CpuSet> online_pcpus;       ///< none: every pCPU of Nova's sets is taken to be online
    CacheControl host_caches;                 ///< for rt:l3_cache_kib and rt:memory_bandwidth_percent
    std::optional<GuestFirmware> firmware;    ///< none: SeaBIOS, or libvirt's choice where UEFI is asked for
    std::optional<std::string> console_log_path; ///< where the first serial port is logged
    std::optional<std::string> creation_time;    ///< "2026-01-31 12:00:00" UTC, for the metadata
    std::string nova_version = "26.2.2";         ///< written into metadata and SMBIOS
    unsigned nova_release = 26;                  ///< major version of the Nova whose XML this is
};

} // namespace nova_rt
