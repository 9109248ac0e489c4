// Augmenting Nova's XML as a filter: one JSON document in, one out.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// In: {"xml": "<domain>...", "flavor": {...}, "image": {...}}; without a flavor the extra specs of the
/// domain's own metadata count; an image is accepted and never read, since `rt:` keys come from flavors only.
/// Out: {"ok": true, "xml": "...", "reasons": [{"severity", "subject", "text"}]}, or {"ok": false, "error":
/// {"type", "message"}} for XML or extra specs that cannot be followed. InvalidArgument for anything but such
/// a document.
[[nodiscard]] Result<std::string> augment_document(std::string_view json);

} // namespace nova_rt
