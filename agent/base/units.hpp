// Sizes of memory with their unit in the type.
#pragma once

#include <compare>
#include <cstdint>

namespace nova_rt {

/// Kibibytes: libvirt's default unit for memory and Nova's unit for page sizes.
struct KiB {
    std::uint64_t value = 0;

    friend constexpr auto operator<=>(KiB, KiB) = default;
};

/// Mebibytes: Nova's unit for flavor memory (it writes "MB").
struct MiB {
    std::uint64_t value = 0;

    friend constexpr auto operator<=>(MiB, MiB) = default;
};

[[nodiscard]] constexpr KiB to_kib(MiB size) {
    return {size.value * 1024};
}

} // namespace nova_rt
