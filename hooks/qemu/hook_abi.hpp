// The one function between the hook and its engine module.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nova_rt {

/// Grows with every change of HookCall; a module of another version does nothing.
inline constexpr std::uint32_t kHookAbiVersion = 1;

inline constexpr const char* kHookEntryName = "nova_rt_hook_run";

/// What libvirt gave the hook. The pointers live as long as the call.
struct HookCall {
    std::uint32_t abi_version;
    std::uint32_t xml_is_cut; ///< 1: stdin was longer than the limit, the rest was not read
    const char* operation;    ///< argv[2]
    const char* xml;          ///< stdin, not terminated
    std::size_t xml_bytes;
};

/// Returns the hook's exit status. Never throws, never writes to stdout.
using HookEntry = int (*)(const HookCall*);

} // namespace nova_rt
