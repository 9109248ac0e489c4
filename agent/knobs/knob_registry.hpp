// The table of all knobs.
#pragma once

#include "knobs/knob.hpp"

#include <span>
#include <string_view>

namespace nova_rt {

/// In the order in which they are applied.
[[nodiscard]] std::span<const HostKnob* const> host_knobs();
[[nodiscard]] std::span<const ThreadKnob* const> thread_knobs();
[[nodiscard]] std::span<const GuestKnob* const> guest_knobs();

/// Null when there is no knob of that name (a journal of another version).
[[nodiscard]] const Knob* find_knob(std::string_view name);
[[nodiscard]] const HostKnob* find_host_knob(std::string_view name);
[[nodiscard]] const GuestKnob* find_guest_knob(std::string_view name);

} // namespace nova_rt
