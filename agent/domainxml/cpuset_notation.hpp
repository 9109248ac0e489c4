// libvirt's notation for a set of CPUs.
#pragma once

#include "base/cpu_set.hpp"
#include "base/result.hpp"

#include <string_view>

namespace nova_rt {

/// Items and ranges joined by commas; "^N" takes out one CPU again. Unlike Nova, libvirt reads from left to
/// right, so "0-3,^2" is 0,1,3 and "^2,0-3" is 0-3. Empty sets are refused, as libvirt refuses them.
/// Source: libvirt, src/util/virbitmap.c, virBitmapParseInternal.
[[nodiscard]] Result<CpuSet> parse_libvirt_cpuset(std::string_view text);

} // namespace nova_rt
