#include "node/noise/meter/json_text.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

namespace nova_rt::noise {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxSuspects = 64;

std::string_view to_string(SwitchBasis basis) {
    switch (basis) {
    case SwitchBasis::Trigger:
        return "trigger";
    case SwitchBasis::Schedstat:
        return "schedstat";
    case SwitchBasis::Guess:
        return "guess";
    }
    return "guess";
}

std::string_view to_string(Suspicion suspicion) {
    switch (suspicion) {
    case Suspicion::Resident:
        return "resident";
    case Suspicion::Pinned:
        return "pinned";
    case Suspicion::LastCpu:
        return "last_cpu";
    }
    return "last_cpu";
}

json named(const std::vector<NamedCount>& counts) {
    json result = json::array();
    for (const auto& [name, count] : counts) {
        result.push_back({{"name", name}, {"count", count}});
    }
    return result;
}

json lines(const std::vector<LineCount>& counts) {
    json result = json::array();
    for (const auto& line : counts) {
        result.push_back({{"line", line.label}, {"name", line.description}, {"count", line.count}});
    }
    return result;
}

std::uint64_t total(const std::vector<LineCount>& counts) {
    std::uint64_t sum = 0;
    for (const auto& line : counts) {
        sum += line.count;
    }
    return sum;
}

json suspects_json(const std::vector<Suspect>& suspects) {
    json result = json::array();
    for (const auto& suspect : suspects) {
        if (result.size() == kMaxSuspects) {
            break;
        }
        result.push_back({{"name", suspect.name},
                          {"suspicion", to_string(suspect.suspicion)},
                          {"arrivals", suspect.arrivals},
                          {"run_ns", suspect.run_ns}});
    }
    return result;
}

json cpu_json(const CpuNoise& noise, SwitchBasis basis) {
    json cpu = {{"cpu", noise.cpu},
                {"foreign", noise.foreign},
                {"passive_foreign", noise.passive_foreign ? json(*noise.passive_foreign) : json()},
                {"suspects", suspects_json(noise.suspects)},
                {"suspects_left_out", noise.suspects.size() - std::min(noise.suspects.size(), kMaxSuspects)},
                {"ticks", noise.ticks},
                {"interrupts_total", total(noise.interrupts)},
                {"interrupts", lines(noise.interrupts)},
                {"softirqs_total", total(noise.softirqs)},
                {"softirqs", lines(noise.softirqs)}};
    if (basis == SwitchBasis::Trigger) {
        cpu["foreign_tasks"] = named(noise.foreign_tasks);
        cpu["own_tasks"] = named(noise.own_tasks);
        cpu["idle"] = noise.idle;
    }
    return cpu;
}

json vcpu_json(const VcpuNoise& vcpu) {
    return {{"tid", vcpu.tid},
            {"name", vcpu.name},
            {"cpu", vcpu.cpu},
            {"nonvoluntary_switches", vcpu.nonvoluntary_switches},
            {"voluntary_switches", vcpu.voluntary_switches},
            {"run_delay_ns", vcpu.counts.run_delay_ns},
            {"run_ns", vcpu.counts.run_ns},
            {"arrivals", vcpu.counts.arrivals}};
}

json osnoise_json(const std::vector<OsnoiseCounts>& counts) {
    json result = json::array();
    for (const auto& cpu : counts) {
        result.push_back({{"cpu", cpu.cpu},
                          {"periods", cpu.periods},
                          {"noise_us", cpu.noise_us},
                          {"largest_us", cpu.largest_us},
                          {"hardware", cpu.hardware},
                          {"nmi", cpu.nmi},
                          {"irq", cpu.irq},
                          {"softirq", cpu.softirq},
                          {"thread", cpu.thread}});
    }
    return result;
}

json load_json(const LoadResult& load) {
    json stressors = json::object();
    for (const auto& stressor : load.stressors) {
        stressors[stressor.name] = {{"bogo_ops", stressor.bogo_ops}, {"wall_seconds", stressor.wall_seconds}};
    }
    return {{"command", load.command},
            {"allowed_cpus", load.allowed.to_cpulist()},
            {"exit_status", load.exit_status},
            {"stressors", stressors}};
}

} // namespace

json to_json(const Measurement& measurement, const MeasurementFrame& frame) {
    json document = {{"format", kMeasurementFormat},
                     {"label", frame.label},
                     {"kernel", frame.kernel},
                     {"cpus", frame.cpus.to_cpulist()},
                     {"meter_cpus", frame.meter_cpus.to_cpulist()},
                     {"window_seconds", measurement.seconds},
                     {"basis", to_string(measurement.basis)},
                     {"names", measurement.basis == SwitchBasis::Trigger ? "counted" : "suspected"},
                     {"dropped_switches", measurement.dropped_switches},
                     {"per_cpu", json::array()},
                     {"vcpus", json::array()},
                     {"osnoise", measurement.osnoise ? osnoise_json(*measurement.osnoise) : json()},
                     {"load", frame.load ? load_json(*frame.load) : json()},
                     {"guest_progress", json()}};
    for (const auto& cpu : measurement.cpus) {
        document["per_cpu"].push_back(cpu_json(cpu, measurement.basis));
    }
    for (const auto& vcpu : measurement.vcpus) {
        document["vcpus"].push_back(vcpu_json(vcpu));
    }
    if (frame.progress) {
        document["guest_progress"] = {{"opening", frame.progress->opening},
                                      {"closing", frame.progress->closing},
                                      {"count", frame.progress->closing - frame.progress->opening}};
    }
    return document;
}

std::string to_text(const json& document) {
    return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Result<json> read_document(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorCode::NotFound, "read " + nova_rt::quoted(path) + ": cannot be opened");
    }
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    auto document = json::parse(text, nullptr, false);
    if (!document.is_object()) {
        return fail(ErrorCode::Corrupt, "read " + nova_rt::quoted(path) + ": expected a JSON object");
    }
    return document;
}

} // namespace nova_rt::noise
