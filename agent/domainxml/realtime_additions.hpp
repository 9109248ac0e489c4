// What `rt:` extra specs add to a domain beyond what Nova writes.
#pragma once

#include "base/result.hpp"
#include "domainxml/xml_element.hpp"
#include "model/flavor.hpp"
#include "model/pinning_plan.hpp"

#include <vector>

namespace nova_rt {

/// Applies rt:vcpu_priority, rt:emulator_priority, rt:iothreads and rt:iothread_priority to a domain, whether
/// our composers or Nova wrote it. Adds only what is asked for, never moves a pin, and changes nothing when
/// applied again. One reason per key; a warning where a key has nothing to act on. A value out of its range
/// is refused, for Nova lets every `rt:` value through.
[[nodiscard]] Result<std::vector<Reason>> apply_realtime_additions(const Properties& extra_specs,
                                                                   XmlElement domain);

} // namespace nova_rt
