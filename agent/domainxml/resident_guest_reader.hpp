// Domain XML of an active guest in, what it holds of the host out.
#pragma once

#include "base/result.hpp"
#include "model/resident_guest.hpp"

#include <string_view>

namespace nova_rt {

/// Reads <cputune>, <cpu><numa>, <numatune> and <memoryBacking> of libvirt's live XML. The text is hostile:
/// see XmlDocument::parse. Errors name the element and what is wrong with it.
[[nodiscard]] Result<ResidentGuest> read_resident_guest(std::string_view xml);

} // namespace nova_rt
