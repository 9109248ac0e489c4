// Options of nova.conf as a flat JSON object: {"compute.cpu_shared_set": "0-3", "libvirt.rx_queue_size":
// 512}.
#pragma once

#include "base/result.hpp"
#include "services/translation.hpp"

#include <nlohmann/json_fwd.hpp>

namespace nova_rt {

/// Fills `options` and `options_refusal`. A value of the wrong type is InvalidArgument; options that have no
/// influence on a translation are passed over.
[[nodiscard]] Status read_nova_options(const nlohmann::json& conf, TranslationInput& input);

} // namespace nova_rt
