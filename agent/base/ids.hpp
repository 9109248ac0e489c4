// Numbers that must not be mixed up: each kind is a type of its own.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace nova_rt {

/// A number with a meaning. Ids of different kinds neither convert nor compare.
template <typename Tag, typename Number = std::uint32_t> struct StrongId {
    using number_type = Number;

    Number value{};

    friend constexpr auto operator<=>(StrongId, StrongId) = default;
};

/// A host CPU as the kernel numbers it (/sys/devices/system/cpu/cpuN).
using PcpuId = StrongId<struct PcpuTag>;
/// A guest CPU as libvirt numbers it (<vcpupin vcpu='N'>).
using VcpuId = StrongId<struct VcpuTag>;
/// A host NUMA node (/sys/devices/system/node/nodeN).
using HostCellId = StrongId<struct HostCellTag>;
/// A guest NUMA cell (<cell id='N'>).
using GuestCellId = StrongId<struct GuestCellTag>;
/// A row of /proc/interrupts with a directory in /proc/irq.
using IrqNumber = StrongId<struct IrqTag>;
/// A thread id as the kernel numbers it in the initial pid namespace.
using Tid = StrongId<struct TidTag, std::int32_t>;
/// A thread group (process) id.
using Pid = StrongId<struct PidTag, std::int32_t>;

} // namespace nova_rt

template <typename Tag, typename Number> struct std::hash<nova_rt::StrongId<Tag, Number>> {
    std::size_t operator()(nova_rt::StrongId<Tag, Number> id) const noexcept {
        return std::hash<Number>{}(id.value);
    }
};
