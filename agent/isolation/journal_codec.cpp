#include "isolation/journal_codec.hpp"

#include "isolation/document.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace nova_rt {

namespace {

using nlohmann::json;

constexpr std::string_view kKind = "nova-rt-journal";

template <typename Enum> using Names = std::array<std::pair<Enum, const char*>, 4>;

constexpr Names<SettingKind> kKinds = {{{SettingKind::AttributeFile, "attribute"},
                                        {SettingKind::ThreadAffinity, "affinity"},
                                        {SettingKind::ThreadScheduling, "scheduling"},
                                        {SettingKind::CgroupMembership, "cgroup"}}};

constexpr Names<ValueFormat> kFormats = {{{ValueFormat::Text, "text"},
                                          {ValueFormat::CpuList, "cpulist"},
                                          {ValueFormat::CpuMask, "cpumask"},
                                          {ValueFormat::Partition, "partition"}}};

constexpr std::array<std::pair<ChangePhase, const char*>, 9> kPhases = {
    {{ChangePhase::Dissolve, "dissolve"},
     {ChangePhase::Withdraw, "withdraw"},
     {ChangePhase::HostWide, "host_wide"},
     {ChangePhase::ThreadCgroup, "thread_cgroup"},
     {ChangePhase::ThreadPolicy, "thread_policy"},
     {ChangePhase::ThreadMask, "thread_mask"},
     {ChangePhase::Exclusive, "exclusive"},
     {ChangePhase::Partition, "partition"},
     {ChangePhase::Aftermath, "aftermath"}}};

constexpr std::array<std::pair<Criticality, const char*>, 2> kCriticalities = {
    {{Criticality::Advisory, "advisory"}, {Criticality::Critical, "critical"}}};

/// Thrown and caught in this file, like the JSON library's own exceptions.
struct BadShape {
    std::string what;
};

template <typename Table, typename Enum> std::string name_of(const Table& table, Enum value) {
    for (const auto& [known, name] : table) {
        if (known == value) {
            return name;
        }
    }
    return {};
}

template <typename Table> auto value_of(const Table& table, const std::string& name) {
    for (const auto& [known, known_name] : table) {
        if (name == known_name) {
            return known;
        }
    }
    throw BadShape{"unknown name " + name};
}

DomainUuid uuid_of(const json& value) {
    const auto uuid = DomainUuid::parse(value.get<std::string>());
    if (!uuid) {
        throw BadShape{uuid.error().message()};
    }
    return *uuid;
}

std::optional<DomainUuid> owner_of(const json& object) {
    return object.contains("owner") ? std::optional(uuid_of(object.at("owner"))) : std::nullopt;
}

json encode(const Setting& setting) {
    json object = {{"kind", name_of(kKinds, setting.kind)}};
    if (!setting.path.empty()) {
        object["path"] = setting.path;
    }
    if (setting.kind == SettingKind::AttributeFile) {
        object["format"] = name_of(kFormats, setting.format);
    } else {
        object["tid"] = setting.thread.tid.value;
        object["start_time"] = setting.thread.start_time;
    }
    return object;
}

Setting decode_setting(const json& object) {
    const SettingKind kind = value_of(kKinds, object.at("kind").get<std::string>());
    const std::string path = object.value("path", std::string());
    if (kind == SettingKind::AttributeFile) {
        return Setting::attribute(path, value_of(kFormats, object.at("format").get<std::string>()));
    }
    const ThreadIdentity thread{.tid = Tid{object.at("tid").get<std::int32_t>()},
                                .start_time = object.at("start_time").get<std::uint64_t>()};
    return Setting{.kind = kind, .path = path, .thread = thread};
}

json encode(const Setting& setting, const JournalEntry& entry) {
    json object = {{"setting", encode(setting)}, {"knob", entry.knob}, {"baseline", entry.baseline}};
    if (entry.written) {
        object["written"] = *entry.written;
    }
    if (entry.owner) {
        object["owner"] = entry.owner->to_string();
    }
    return object;
}

JournalEntry decode_entry(const json& object) {
    JournalEntry entry{.knob = object.at("knob").get<std::string>(),
                       .baseline = object.at("baseline").get<std::string>(),
                       .written = std::nullopt,
                       .owner = owner_of(object)};
    if (object.contains("written")) {
        entry.written = object.at("written").get<std::string>();
    }
    return entry;
}

json encode(const Change& change) {
    json object = {{"setting", encode(change.setting)},
                   {"knob", change.knob},
                   {"before", change.before},
                   {"after", change.after},
                   {"phase", name_of(kPhases, change.phase)},
                   {"criticality", name_of(kCriticalities, change.criticality)}};
    if (change.owner) {
        object["owner"] = change.owner->to_string();
    }
    return object;
}

Change decode_change(const json& object) {
    return Change{.setting = decode_setting(object.at("setting")),
                  .knob = object.at("knob").get<std::string>(),
                  .before = object.at("before").get<std::string>(),
                  .after = object.at("after").get<std::string>(),
                  .phase = value_of(kPhases, object.at("phase").get<std::string>()),
                  .criticality = value_of(kCriticalities, object.at("criticality").get<std::string>()),
                  .owner = owner_of(object)};
}

Journal decode(const json& object) {
    Journal journal;
    journal.boot_id = object.at("boot_id").get<std::string>();
    journal.sequence = object.at("sequence").get<std::uint64_t>();
    journal.stored_at = object.at("stored_at").get<std::int64_t>();
    for (const auto& entry : object.at("entries")) {
        journal.entries.emplace(decode_setting(entry.at("setting")), decode_entry(entry));
    }
    for (const auto& guest : object.at("admitted")) {
        journal.admitted.insert(uuid_of(guest));
    }
    for (const auto& setting : object.at("immovable")) {
        journal.immovable.insert(decode_setting(setting));
    }
    for (const auto& change : object.at("intent")) {
        journal.intent.push_back(decode_change(change));
    }
    return journal;
}

} // namespace

std::string encode_journal(const Journal& journal) {
    json object = {{"boot_id", journal.boot_id},     {"sequence", journal.sequence},
                   {"stored_at", journal.stored_at}, {"entries", json::array()},
                   {"admitted", json::array()},      {"immovable", json::array()},
                   {"intent", json::array()}};
    for (const auto& [setting, entry] : journal.entries) {
        object["entries"].push_back(encode(setting, entry));
    }
    for (const auto& guest : journal.admitted) {
        object["admitted"].push_back(guest.to_string());
    }
    for (const auto& setting : journal.immovable) {
        object["immovable"].push_back(encode(setting));
    }
    for (const auto& change : journal.intent) {
        object["intent"].push_back(encode(change));
    }
    return seal_document(kKind, kJournalVersion,
                         object.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

Result<Journal> decode_journal(std::string_view document) {
    NOVA_RT_TRY_ASSIGN(body, open_document(kKind, kJournalVersion, document));
    try {
        return decode(json::parse(body));
    } catch (const json::exception& error) {
        return fail(ErrorCode::Corrupt, std::string("journal: ") + error.what());
    } catch (const BadShape& error) {
        return fail(ErrorCode::Corrupt, "journal: " + error.what);
    }
}

} // namespace nova_rt
