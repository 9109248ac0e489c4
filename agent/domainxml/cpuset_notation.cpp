#include "domainxml/cpuset_notation.hpp"

#include "base/text.hpp"

#include <string>

namespace nova_rt {
namespace {

Status apply_piece(CpuSet& set, std::string_view piece) {
    const bool excludes = piece.starts_with('^');
    if (excludes) {
        piece.remove_prefix(1);
    }
    if (piece.empty() || piece.front() < '0' || piece.front() > '9') {
        return fail(ErrorCode::InvalidArgument, quoted(piece) + " is neither a CPU nor a range");
    }
    NOVA_RT_TRY_ASSIGN(cpus, CpuSet::from_cpulist(piece));
    if (!excludes) {
        set |= cpus;
        return {};
    }
    if (cpus.size() != 1) {
        return fail(ErrorCode::InvalidArgument, "\"^\" takes one CPU, not a range");
    }
    set -= cpus;
    return {};
}

} // namespace

Result<CpuSet> parse_libvirt_cpuset(std::string_view text) {
    if (text.size() > CpuSet::kMaxTextBytes) {
        return fail(ErrorCode::InvalidArgument,
                    "parse CPU set: " + std::to_string(text.size()) + " bytes is longer than any CPU set");
    }
    CpuSet set;
    for (const std::string_view piece : split(text, ',')) {
        NOVA_RT_TRY_CONTEXT(apply_piece(set, trimmed(piece)), "parse CPU set " + quoted(text));
    }
    if (set.empty()) {
        return fail(ErrorCode::InvalidArgument, "parse CPU set " + quoted(text) + ": no CPU is in it");
    }
    return set;
}

} // namespace nova_rt
