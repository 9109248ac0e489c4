#include "knobs/fair_server.hpp"

#include "base/text.hpp"
#include "knobs/realtime_bandwidth.hpp"

#include <algorithm>
#include <cerrno>
#include <optional>

namespace nova_rt {

namespace {

constexpr std::string_view kCpuPrefix = "cpu";
constexpr std::string_view kFile = "/runtime";

constexpr KnobTraits kTraits = {
    .name = "fair_server",
    .summary = "ordinary threads keep a sliver of a realtime pCPU, so that the host cannot hang",
    .criticality = Criticality::Advisory,
    .blast_radius = BlastRadius::Silent,
};

/// From ".../fair_server/cpu3/runtime".
std::optional<unsigned> pcpu_of(std::string_view path) {
    path.remove_prefix(std::min(path.size(), std::string_view(kFairServerDirectory).size() + 1));
    if (!path.starts_with(kCpuPrefix) || !path.ends_with(kFile)) {
        return std::nullopt;
    }
    path.remove_suffix(kFile.size());
    const auto pcpu = parse_number<unsigned>(path.substr(kCpuPrefix.size()));
    return pcpu && *pcpu < CpuSet::kMaxCpus ? std::optional(*pcpu) : std::nullopt;
}

} // namespace

const KnobTraits& FairServer::traits() const {
    return kTraits;
}

Result<std::vector<ProbedSetting>> FairServer::probe(const HostView& view) const {
    std::vector<ProbedSetting> settings;
    const auto names = view.files.list(kFairServerDirectory);
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        const std::string path = std::string(kFairServerDirectory) + "/" + name + std::string(kFile);
        const auto value = view.files.read(path);
        if (value && pcpu_of(path)) {
            settings.push_back({.setting = Setting::attribute(path, ValueFormat::Text), .value = *value});
        }
    }
    return settings;
}

std::string FairServer::desired(const Setting& setting, const std::string& baseline,
                                const HostDemand& demand) const {
    const auto pcpu = pcpu_of(setting.path);
    const auto now = parse_number<std::uint64_t>(baseline);
    if (!pcpu || !now || !demand.isolated.contains(*pcpu)) {
        return baseline;
    }
    return std::to_string(std::min(*now, kFairServerValveNs));
}

WriteFailure FairServer::classify(const Error& error) const {
    switch (error.system_errno()) {
    case EBUSY:
        return WriteFailure::Busy;
    case EPERM:
        return WriteFailure::Immovable; // debugfs under kernel lockdown
    default:
        return HostKnob::classify(error);
    }
}

} // namespace nova_rt
