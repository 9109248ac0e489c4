// What `rt:` extra specs add to a domain beyond what Nova writes.
#pragma once

#include "domainxml/xml_element.hpp"
#include "model/cache_control.hpp"
#include "model/flavor.hpp"
#include "model/judgement.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace nova_rt {

/// The keys that change domain XML, in the order they are applied.
[[nodiscard]] std::span<const std::string_view> realtime_addition_keys();

/// Applies those keys to a domain, whether our composers or Nova wrote it. Adds only what is asked for, never
/// moves a pin, and changes nothing when applied again. `caches` is what the host can divide, null when that
/// is not known. The reasons say what each key did; a warning where it has nothing to act on, and for each
/// vhost-user port that cannot work because guest memory is not shared. Refused: a value out of its range,
/// for Nova lets every `rt:` value through; with rt:isolation=required also what would be a warning about
/// something the host or guest cannot give. The domain is then half changed and must be thrown away.
[[nodiscard]] Judged<std::vector<Reason>>
apply_realtime_additions(const Flavor& flavor, const CacheControl* caches, XmlElement domain);

} // namespace nova_rt
