#include "knobs/cpu_text.hpp"

namespace nova_rt {

namespace {

Result<CpuSet> parse(ValueFormat format, std::string_view text) {
    return format == ValueFormat::CpuMask ? CpuSet::from_mask(text) : CpuSet::from_cpulist(text);
}

} // namespace

std::string narrowed_text(ValueFormat format, const std::string& baseline, const HostDemand& demand) {
    const auto cpus = parse(format, baseline);
    if (!cpus || !cpus->intersects(demand.isolated)) {
        return baseline;
    }
    const CpuSet narrowed = demand.narrowed(*cpus);
    return format == ValueFormat::CpuMask ? narrowed.to_mask() : narrowed.to_cpulist();
}

bool is_within(ValueFormat format, std::string_view wanted, std::string_view seen) {
    const auto wanted_cpus = parse(format, wanted);
    const auto seen_cpus = parse(format, seen);
    return wanted_cpus && seen_cpus && !seen_cpus->empty() && seen_cpus->is_subset_of(*wanted_cpus);
}

} // namespace nova_rt
