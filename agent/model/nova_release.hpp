// The release of Nova by whose rules a guest is judged, planned and written.
#pragma once

#include "base/result.hpp"

#include <string_view>

namespace nova_rt {

/// The numbers are Nova's major versions. Zed is Debian 12's, and the judge of tests/nova_compat.
enum class NovaRelease : unsigned { Zed = 26, Gazpacho = 33 };

/// "26.2" or "33". InvalidArgument names the two.
[[nodiscard]] Result<NovaRelease> parse_nova_release(std::string_view text);

/// The version that Nova of that release writes into metadata and SMBIOS.
[[nodiscard]] const char* version_of(NovaRelease release);

} // namespace nova_rt
