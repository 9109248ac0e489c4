#include "node/noise/meter/census.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>

namespace nova_rt::noise {

namespace {

using nlohmann::json;

struct Entry {
    std::string name;
    std::string allowed;
};

using ThreadKey = std::pair<std::int64_t, std::uint64_t>; // tid, start time
using Entries = std::map<ThreadKey, Entry>;

Result<Entries> entries_of(const json& document) {
    Entries entries;
    try {
        if (document.at("format").get<std::string>() != kCensusFormat) {
            return fail(ErrorCode::Corrupt, "census: expected the format nova-rt-census/1");
        }
        for (const auto& thread : document.at("threads")) {
            entries[{thread.at("tid").get<std::int64_t>(), thread.at("start_time").get<std::uint64_t>()}] = {
                .name = thread.at("name").get<std::string>(),
                .allowed = thread.at("allowed").get<std::string>()};
        }
    } catch (const json::exception& error) {
        return fail(ErrorCode::Corrupt, std::string("census: ") + error.what());
    }
    return entries;
}

std::map<std::string, std::set<std::string>> masks_by_name(const Entries& entries) {
    std::map<std::string, std::set<std::string>> masks;
    for (const auto& [key, entry] : entries) {
        masks[stable_name(entry.name)].insert(entry.allowed);
    }
    return masks;
}

} // namespace

std::string stable_name(std::string_view name) {
    constexpr std::string_view kWorker = "kworker/";
    const auto colon = name.find(':');
    if (name.starts_with(kWorker) && colon != std::string_view::npos) {
        return std::string(name.substr(0, colon));
    }
    return std::string(name);
}

json census(const std::vector<ThreadSample>& threads) {
    json list = json::array();
    for (const auto& thread : threads) {
        if (thread.kernel) {
            list.push_back({{"tid", thread.tid},
                            {"start_time", thread.start_time},
                            {"name", thread.name},
                            {"allowed", thread.allowed.to_cpulist()},
                            {"immovable", thread.immovable}});
        }
    }
    return {{"format", kCensusFormat}, {"threads", std::move(list)}};
}

Result<json> compare_censuses(const json& before, const json& after) {
    NOVA_RT_TRY_ASSIGN(earlier, entries_of(before));
    NOVA_RT_TRY_ASSIGN(later, entries_of(after));
    const auto known = masks_by_name(earlier);
    json changed = json::array();
    json strange = json::array();
    std::set<std::string> born;
    std::set<std::string> ended;
    for (const auto& [key, entry] : later) {
        const auto same_thread = earlier.find(key);
        const auto same_name = known.find(stable_name(entry.name));
        const json now = {{"tid", key.first}, {"name", entry.name}, {"allowed", entry.allowed}};
        if (same_thread != earlier.end()) {
            if (same_thread->second.allowed != entry.allowed) {
                changed.push_back(now);
                changed.back()["before"] = same_thread->second.allowed;
            }
        } else if (same_name == known.end()) {
            born.insert(stable_name(entry.name));
        } else if (!same_name->second.contains(entry.allowed)) {
            strange.push_back(now);
            strange.back()["before"] = same_name->second;
        }
    }
    const auto still_there = masks_by_name(later);
    for (const auto& [name, masks] : known) {
        if (!still_there.contains(name)) {
            ended.insert(name);
        }
    }
    return json{{"format", "nova-rt-census-comparison/1"},
                {"same", changed.empty() && strange.empty()},
                {"changed", changed},
                {"strange", strange},
                {"born", born},
                {"ended", ended}};
}

} // namespace nova_rt::noise
