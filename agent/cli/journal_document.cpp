#include "cli/journal_document.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace nova_rt {

namespace {

std::string_view name_of(LeaseStage stage) {
    return stage == LeaseStage::Prepared ? "prepared" : "started";
}

std::string as_text(const Journal& journal, const std::vector<Lease>& leases) {
    std::string text;
    for (const auto& lease : leases) {
        text += fmt::format("lease {} {} {} realtime pCPUs {}\n", lease.uuid.to_string(),
                            nova_rt::quoted(lease.domain_name), name_of(lease.stage),
                            lease.realtime_pcpus.to_cpulist());
    }
    for (const auto& [setting, entry] : journal.entries) {
        text += fmt::format("held  {}: {} (baseline {}, {})\n", describe(setting),
                            entry.written.value_or(entry.baseline), entry.baseline, entry.knob);
    }
    for (const auto& change : journal.intent) {
        text += fmt::format("announced and not committed: {}\n", describe(change));
    }
    return text.empty() ? "nothing is held\n" : text;
}

std::string as_json(const Journal& journal, const std::vector<Lease>& leases) {
    nlohmann::json document = {{"boot_id", journal.boot_id},
                               {"leases", nlohmann::json::array()},
                               {"entries", nlohmann::json::array()},
                               {"intent", nlohmann::json::array()}};
    for (const auto& lease : leases) {
        document["leases"].push_back({{"uuid", lease.uuid.to_string()},
                                      {"name", lease.domain_name},
                                      {"stage", name_of(lease.stage)},
                                      {"realtime_pcpus", lease.realtime_pcpus.to_cpulist()}});
    }
    for (const auto& [setting, entry] : journal.entries) {
        document["entries"].push_back(
            {{"setting", describe(setting)},
             {"knob", entry.knob},
             {"baseline", entry.baseline},
             {"written", entry.written ? nlohmann::json(*entry.written) : nullptr}});
    }
    for (const auto& change : journal.intent) {
        document["intent"].push_back(describe(change));
    }
    return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

} // namespace

std::string to_text(const Journal& journal, const std::vector<Lease>& leases, JournalFormat format) {
    return format == JournalFormat::Json ? as_json(journal, leases) : as_text(journal, leases);
}

} // namespace nova_rt
