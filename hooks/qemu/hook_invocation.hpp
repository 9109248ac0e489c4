// What can be said about a hook invocation without parsing XML. Pure.
#pragma once

#include "base/domain_uuid.hpp"

#include <optional>
#include <string_view>

namespace nova_rt {

/// The operations of libvirt's qemu hook that concern isolation. Source: libvirt, docs/hooks.rst.
enum class HookOperation { Prepare, Start, Started, Stopped, Release, Reconnect, Other };

[[nodiscard]] HookOperation parse_hook_operation(std::string_view text);

/// Whether an operation may be refused by a non-zero exit status. `started` may, but only by the engine that
/// looked at the threads: see may_refuse_blindly().
[[nodiscard]] bool may_refuse(HookOperation operation);

/// Whether a `required` guest is refused when the engine or the XML is unusable. At `started` it is not: the
/// guest runs already, and what is in force is unknown.
[[nodiscard]] bool may_refuse_blindly(HookOperation operation);

/// Whether the XML can be that of a realtime guest: it has <vcpusched, or an attribute that begins with rt:.
/// Never wrong about a guest the engine would isolate.
[[nodiscard]] bool may_be_realtime(std::string_view xml);

/// Whether the XML says rt:isolation = required in so many words, as Nova writes its extra specs. Element
/// text cannot forge it: libvirt writes ">" in text as "&gt;".
[[nodiscard]] bool is_clearly_required(std::string_view xml);

/// The first well-formed <uuid>: libvirt writes the domain's own before anything a tenant could choose but
/// the name, in which "<" is escaped.
[[nodiscard]] std::optional<DomainUuid> find_uuid(std::string_view xml);

} // namespace nova_rt
