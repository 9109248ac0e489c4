// Augmenting Nova's XML as a filter: one JSON document in, one out.
#pragma once

#include "base/result.hpp"
#include "model/flavor.hpp"
#include "ports/host_reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// The machine a document without a host is about.
struct LocalMachine {
    const HostReader& reader;
    /// What would keep QEMU from starting with these vhost-user ports, a text for each.
    std::vector<std::string> (*port_problems)(const std::vector<NetworkPort>&);
};

/// In: {"xml": "<domain>...", "flavor": {...}, "image": {...}, "host": {...}}. Without a flavor the extra
/// specs of the domain's own metadata count; an image is accepted and never read, since `rt:` keys come from
/// flavors only. A host document tells the caches; without one they are read from `this_machine`, where the
/// sockets of vhost-user ports are looked for too. Null: nothing is known of the machine.
/// Out: {"ok": true, "xml": "...", "reasons": [{"severity", "subject", "text"}]}, or {"ok": false, "error":
/// {"type", "message", "key", "repair"}} for XML or extra specs that cannot be followed. InvalidArgument for
/// anything but such a document.
[[nodiscard]] Result<std::string> augment_document(std::string_view json, const LocalMachine* this_machine);

} // namespace nova_rt
