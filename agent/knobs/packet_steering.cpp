#include "knobs/packet_steering.hpp"

#include "knobs/cpu_text.hpp"

#include <optional>

namespace nova_rt {

namespace {

constexpr const char* kDirectory = "sys/class/net";
constexpr std::string_view kReceive = "rx-";
constexpr std::string_view kSend = "tx-";

constexpr KnobTraits kTraits = {
    .name = "packet_steering",
    .summary = "packet steering (RPS, XPS) leaves realtime pCPUs out",
    .criticality = Criticality::Advisory,
    .blast_radius = BlastRadius::Silent,
};

std::vector<std::string> names_in(const HostView& view, const std::string& directory) {
    auto names = view.files.list(directory);
    return names ? *std::move(names) : std::vector<std::string>{};
}

std::optional<std::string> mask_file(const std::string& queue) {
    if (queue.starts_with(kReceive)) {
        return queue + "/rps_cpus";
    }
    return queue.starts_with(kSend) ? std::optional(queue + "/xps_cpus") : std::nullopt;
}

bool steers(const std::string& mask) {
    const auto cpus = CpuSet::from_mask(mask);
    return cpus && !cpus->empty();
}

} // namespace

const KnobTraits& PacketSteering::traits() const {
    return kTraits;
}

Result<std::vector<ProbedSetting>> PacketSteering::probe(const HostView& view) const {
    std::vector<ProbedSetting> settings;
    for (const auto& device : names_in(view, kDirectory)) {
        const std::string queues = std::string(kDirectory) + "/" + device + "/queues";
        for (const auto& queue : names_in(view, queues)) {
            const auto file = mask_file(queue);
            const std::string path = queues + "/" + file.value_or("");
            // A device with a single sending queue has the file and refuses to read it.
            const auto value = file ? view.files.read(path) : Result<std::string>(std::string());
            if (value && steers(*value)) {
                settings.push_back(
                    {.setting = Setting::attribute(path, ValueFormat::CpuMask), .value = *value});
            }
        }
    }
    return settings;
}

std::string PacketSteering::desired(const Setting& setting, const std::string& baseline,
                                    const HostDemand& demand) const {
    return narrowed_text(setting.format, baseline, demand);
}

bool PacketSteering::matches(const Setting& setting, std::string_view wanted, std::string_view seen) const {
    return HostKnob::matches(setting, wanted, seen) || is_within(setting.format, wanted, seen);
}

} // namespace nova_rt
