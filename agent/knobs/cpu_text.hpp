// Masks and cpulists as kernel files write them, narrowed and compared.
#pragma once

#include "knobs/host_demand.hpp"
#include "model/setting.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// The text without the isolated pCPUs, see HostDemand::narrowed(). Text that cannot be parsed, or that needs
/// no change, is returned as it is.
[[nodiscard]] std::string narrowed_text(ValueFormat format, const std::string& baseline,
                                        const HostDemand& demand);

/// Whether a setting that reads `seen` is at most as wide as `wanted`, and not empty.
[[nodiscard]] bool is_within(ValueFormat format, std::string_view wanted, std::string_view seen);

} // namespace nova_rt
