#include "domainxml/composers/composers.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace nova_rt {
namespace {

constexpr std::array<Composer, 22> kComposers = {{
    {.element = "", .compose = composers::compose_identity},
    {.element = "memory", .compose = composers::compose_memory},
    {.element = "memoryBacking", .compose = composers::compose_memory_backing},
    {.element = "numatune", .compose = composers::compose_numatune},
    {.element = "vcpu", .compose = composers::compose_vcpu},
    {.element = "metadata", .compose = composers::compose_metadata},
    {.element = "sysinfo", .compose = composers::compose_sysinfo},
    {.element = "os", .compose = composers::compose_os},
    {.element = "features", .compose = composers::compose_features},
    {.element = "iothreads", .compose = composers::compose_iothreads},
    {.element = "cputune", .compose = composers::compose_cputune},
    {.element = "clock", .compose = composers::compose_clock},
    {.element = "cpu", .compose = composers::compose_cpu},
    {.element = "devices/disk", .compose = composers::compose_disk},
    {.element = "devices/interface", .compose = composers::compose_interface},
    {.element = "devices/serial", .compose = composers::compose_serial},
    {.element = "devices/rng", .compose = composers::compose_rng},
    {.element = "devices/controller", .compose = composers::compose_controller},
    {.element = "devices/channel", .compose = composers::compose_channel},
    {.element = "devices/iommu", .compose = composers::compose_iommu},
    {.element = "devices/watchdog", .compose = composers::compose_watchdog},
    {.element = "devices/memballoon", .compose = composers::compose_memballoon},
}};

} // namespace

std::span<const Composer> all_composers() {
    return kComposers;
}

} // namespace nova_rt
