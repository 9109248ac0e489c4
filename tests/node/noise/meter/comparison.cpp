#include "node/noise/meter/comparison.hpp"

#include "base/cpu_set.hpp"

#include "node/noise/meter/json_text.hpp"
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace nova_rt::noise {

namespace {

using nlohmann::json;

json pair_of(double before, double after) {
    json pair = {{"before", before}, {"after", after}, {"ratio", json()}};
    if (before > 0) {
        pair["ratio"] = after / before;
    }
    return pair;
}

json pair_of(const json& before, const json& after, const char* key) {
    return pair_of(before.at(key).get<double>(), after.at(key).get<double>());
}

/// {"LOC": 12, ...} of [{"line", "count"}].
json counts_by(const json& list, const char* key) {
    json counts = json::object();
    for (const auto& entry : list) {
        counts[entry.at(key).get<std::string>()] = entry.at("count").get<double>();
    }
    return counts;
}

json pairs_of(const json& before, const json& after) {
    json pairs = json::object();
    for (const auto& [key, value] : before.items()) {
        pairs[key] = pair_of(value.get<double>(), after.value(key, 0.0));
    }
    for (const auto& [key, value] : after.items()) {
        if (!pairs.contains(key)) {
            pairs[key] = pair_of(0, value.get<double>());
        }
    }
    return pairs;
}

class Comparison {
public:
    Comparison(const json& before, const json& after, const ComparisonRules& rules)
        : before_(before), after_(after), rules_(rules) {}

    json take() {
        json document = {{"format", "nova-rt-noise-comparison/1"},
                         {"labels", {before_.at("label"), after_.at("label")}},
                         {"kernels", {before_.at("kernel"), after_.at("kernel")}},
                         {"basis", before_.at("basis")},
                         {"window_seconds", pair_of(before_, after_, "window_seconds")}};
        judge_windows();
        document["per_cpu"] = cpus();
        document["vcpus"] = vcpus();
        document["load"] = load();
        document["guest_progress"] = progress();
        document["valid"] = voids_.empty();
        document["voids"] = voids_;
        return document;
    }

private:
    void voided(std::string reason) { voids_.push_back(std::move(reason)); }

    void judge_windows() {
        if (before_.at("cpus") != after_.at("cpus")) {
            voided("other CPUs were measured");
        }
        if (before_.at("basis") != after_.at("basis")) {
            voided("switches were counted in two ways: " + before_.at("basis").get<std::string>() + " and " +
                   after_.at("basis").get<std::string>());
        } else if (before_.at("basis") == "guess") {
            voided("switches were guessed: this kernel has neither /proc/schedstat nor an armed trigger");
        }
        const double first = before_.at("window_seconds").get<double>();
        const double second = after_.at("window_seconds").get<double>();
        if (!(first > 0) || std::abs(second / first - 1) > rules_.window_tolerance) {
            voided("the windows differ in length");
        }
        if (before_.at("dropped_switches") != 0 || after_.at("dropped_switches") != 0) {
            voided("the trigger's table was too small: switches were dropped");
        }
    }

    json cpus() {
        json result = json::array();
        for (const auto& earlier : before_.at("per_cpu")) {
            const auto& later_cpus = after_.at("per_cpu");
            const auto later = std::find_if(later_cpus.begin(), later_cpus.end(), [&](const json& candidate) {
                return candidate.at("cpu") == earlier.at("cpu");
            });
            if (later == later_cpus.end()) {
                continue; // void already: other CPUs
            }
            result.push_back(cpu(earlier, *later));
        }
        return result;
    }

    json cpu(const json& earlier, const json& later) {
        const auto foreign = earlier.at("foreign").get<std::uint64_t>();
        if (foreign < rules_.least_foreign) {
            voided("CPU " + earlier.at("cpu").dump() + " had " + std::to_string(foreign) +
                   " foreign switches before, fewer than " + std::to_string(rules_.least_foreign));
        }
        json result = {{"cpu", earlier.at("cpu")}};
        for (const char* key : {"foreign", "ticks", "interrupts_total", "softirqs_total"}) {
            result[key] = pair_of(earlier, later, key);
        }
        for (const char* key : {"interrupts", "softirqs"}) {
            result[key] = pairs_of(counts_by(earlier.at(key), "line"), counts_by(later.at(key), "line"));
        }
        if (earlier.contains("foreign_tasks") && later.contains("foreign_tasks")) {
            result["foreign_tasks"] = pairs_of(counts_by(earlier.at("foreign_tasks"), "name"),
                                               counts_by(later.at("foreign_tasks"), "name"));
        }
        return result;
    }

    /// By name: thread ids change from one start of a guest to the next.
    json vcpus() {
        json result = json::array();
        for (const auto& earlier : before_.at("vcpus")) {
            for (const auto& later : after_.at("vcpus")) {
                if (earlier.at("name") != later.at("name") || earlier.at("cpu") != later.at("cpu")) {
                    continue;
                }
                json vcpu = {{"name", earlier.at("name")}, {"cpu", earlier.at("cpu")}};
                for (const char* key :
                     {"nonvoluntary_switches", "voluntary_switches", "run_delay_ns", "run_ns"}) {
                    vcpu[key] = pair_of(earlier, later, key);
                }
                result.push_back(std::move(vcpu));
            }
        }
        return result;
    }

    json load() {
        const json& first = before_.at("load");
        const json& second = after_.at("load");
        if (first.is_null() || second.is_null()) {
            voided("a window was without load");
            return {};
        }
        if (first.at("command") != second.at("command")) {
            voided("the loads differ");
        }
        if (first.at("exit_status") != 0 || second.at("exit_status") != 0) {
            voided("a load failed");
        }
        const auto measured = CpuSet::from_cpulist(before_.at("cpus").get<std::string>());
        const auto allowed = CpuSet::from_cpulist(first.at("allowed_cpus").get<std::string>());
        if (!measured || !allowed || !measured->is_subset_of(*allowed)) {
            voided("before, the load was kept off a measured CPU");
        }
        return bogo_ops(first.at("stressors"), second.at("stressors"));
    }

    json bogo_ops(const json& first, const json& second) {
        json stressors = json::object();
        double logarithms = 0;
        for (const auto& [name, stressor] : first.items()) {
            const double earlier = stressor.at("bogo_ops").get<double>();
            const double later = second.contains(name) ? second.at(name).at("bogo_ops").get<double>() : 0;
            stressors[name] = pair_of(earlier, later);
            logarithms += std::log(earlier > 0 && later > 0 ? later / earlier : 0);
        }
        // a stressor that did nothing makes the mean 0 and with that the pair void
        const double mean = first.empty() ? 0 : std::exp(logarithms / static_cast<double>(first.size()));
        if (first.size() != second.size() || std::abs(mean - 1) > rules_.load_tolerance) {
            voided("the load got " + json(mean).dump() + " times as much done after as before");
        }
        return {{"mean_ratio", mean}, {"stressors", stressors}};
    }

    json progress() {
        const json& first = before_.at("guest_progress");
        const json& second = after_.at("guest_progress");
        const bool has_guest = !before_.at("vcpus").empty() || !after_.at("vcpus").empty();
        if (first.is_null() || second.is_null()) {
            if (has_guest) {
                voided("a guest's progress was not counted");
            }
            return {};
        }
        if (first.at("count").get<double>() <= 0 || second.at("count").get<double>() <= 0) {
            voided("the guest made no progress");
        }
        return pair_of(first, second, "count");
    }

    const json& before_;
    const json& after_;
    const ComparisonRules& rules_;
    std::vector<std::string> voids_;
};

} // namespace

Result<json> compare(const json& before, const json& after, const ComparisonRules& rules) {
    try {
        for (const auto* document : {&before, &after}) {
            if (document->at("format").get<std::string>() != kMeasurementFormat) {
                return fail(ErrorCode::Corrupt, "measurement: expected the format nova-rt-noise/1");
            }
        }
        return Comparison(before, after, rules).take();
    } catch (const json::exception& error) {
        return fail(ErrorCode::Corrupt, std::string("measurement: ") + error.what());
    }
}

} // namespace nova_rt::noise
