#include "isolation/lease_codec.hpp"

#include "isolation/document.hpp"
#include "model/setting.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace nova_rt {

namespace {

using nlohmann::json;

constexpr std::string_view kKind = "nova-rt-lease";

constexpr std::array<std::pair<IsolationMode, const char*>, 3> kModes = {
    {{IsolationMode::Off, "off"},
     {IsolationMode::BestEffort, "best_effort"},
     {IsolationMode::Required, "required"}}};
constexpr std::array<std::pair<Grade, const char*>, 4> kGrades = {
    {{Grade::A, "A"}, {Grade::B, "B"}, {Grade::C, "C"}, {Grade::F, "F"}}};
constexpr std::array<std::pair<LeaseStage, const char*>, 2> kStages = {
    {{LeaseStage::Prepared, "prepared"}, {LeaseStage::Started, "started"}}};

/// Thrown and caught in this file, like the JSON library's own exceptions.
struct BadShape {
    std::string what;
};

template <typename Table, typename Enum> const char* name_of(const Table& table, Enum value) {
    for (const auto& [known, name] : table) {
        if (known == value) {
            return name;
        }
    }
    return "";
}

template <typename Table> auto value_of(const Table& table, const json& name) {
    for (const auto& [known, known_name] : table) {
        if (name == known_name) {
            return known;
        }
    }
    throw BadShape{"unknown name"};
}

template <typename T> T value_or_throw(Result<T> result) {
    if (!result) {
        throw BadShape{result.error().message()};
    }
    return *std::move(result);
}

CpuSet cpus_of(const json& text) {
    return value_or_throw(CpuSet::from_cpulist(text.get<std::string>()));
}

json encode_vcpus(const Lease& lease) {
    json vcpus = json::array();
    for (const auto& [vcpu, pins] : lease.vcpu_pins) {
        vcpus.push_back({{"vcpu", vcpu.value}, {"pins", pins.to_cpulist()}});
    }
    return vcpus;
}

json encode_scheduling_of(const Lease& lease) {
    json list = json::array();
    for (const auto& [vcpu, scheduling] : lease.vcpu_scheduling) {
        list.push_back({{"vcpu", vcpu.value}, {"scheduling", encode_scheduling(scheduling)}});
    }
    return list;
}

json encode_threads(const GuestThreads& threads) {
    json object = {{"qemu", threads.qemu.value},
                   {"start_time", threads.start_time},
                   {"vcpus", json::array()},
                   {"disputed", json::array()}};
    for (const auto& [vcpu, tid] : threads.vcpus) {
        object["vcpus"].push_back({{"vcpu", vcpu.value}, {"tid", tid.value}});
    }
    for (const Tid tid : threads.disputed) {
        object["disputed"].push_back(tid.value);
    }
    return object;
}

GuestThreads decode_threads(const json& object) {
    GuestThreads threads;
    threads.qemu = Pid{object.at("qemu").get<std::int32_t>()};
    threads.start_time = object.at("start_time").get<std::uint64_t>();
    for (const auto& vcpu : object.at("vcpus")) {
        threads.vcpus.emplace(VcpuId{vcpu.at("vcpu").get<unsigned>()},
                              Tid{vcpu.at("tid").get<std::int32_t>()});
    }
    for (const auto& tid : object.at("disputed")) {
        threads.disputed.insert(Tid{tid.get<std::int32_t>()});
    }
    return threads;
}

LeaseDocument decode(const json& object) {
    LeaseDocument document;
    Lease& lease = document.lease;
    document.boot_id = object.at("boot_id").get<std::string>();
    lease.uuid = value_or_throw(DomainUuid::parse(object.at("uuid").get<std::string>()));
    lease.domain_name = object.at("domain_name").get<std::string>();
    lease.stage = value_of(kStages, object.at("stage"));
    lease.realtime_pcpus = cpus_of(object.at("realtime_pcpus"));
    lease.other_pcpus = cpus_of(object.at("other_pcpus"));
    lease.policy = {.mode = value_of(kModes, object.at("isolation")),
                    .min_grade = value_of(kGrades, object.at("min_grade"))};
    lease.taken_at = object.at("taken_at").get<std::int64_t>();
    for (const auto& vcpu : object.at("vcpu_pins")) {
        lease.vcpu_pins.emplace(VcpuId{vcpu.at("vcpu").get<unsigned>()}, cpus_of(vcpu.at("pins")));
    }
    for (const auto& vcpu : object.at("vcpu_scheduling")) {
        const auto text = vcpu.at("scheduling").get<std::string>();
        lease.vcpu_scheduling.emplace(VcpuId{vcpu.at("vcpu").get<unsigned>()},
                                      value_or_throw(decode_scheduling(text)));
    }
    if (object.contains("emulator_pins")) {
        lease.emulator_pins = cpus_of(object.at("emulator_pins"));
    }
    if (object.contains("threads")) {
        lease.threads = decode_threads(object.at("threads"));
    }
    return document;
}

} // namespace

std::string encode_lease(const LeaseDocument& document) {
    const Lease& lease = document.lease;
    json object = {{"boot_id", document.boot_id},
                   {"uuid", lease.uuid.to_string()},
                   {"domain_name", lease.domain_name},
                   {"stage", name_of(kStages, lease.stage)},
                   {"realtime_pcpus", lease.realtime_pcpus.to_cpulist()},
                   {"other_pcpus", lease.other_pcpus.to_cpulist()},
                   {"isolation", name_of(kModes, lease.policy.mode)},
                   {"min_grade", name_of(kGrades, lease.policy.min_grade)},
                   {"taken_at", lease.taken_at},
                   {"vcpu_pins", encode_vcpus(lease)},
                   {"vcpu_scheduling", encode_scheduling_of(lease)}};
    if (lease.emulator_pins) {
        object["emulator_pins"] = lease.emulator_pins->to_cpulist();
    }
    if (lease.threads) {
        object["threads"] = encode_threads(*lease.threads);
    }
    return seal_document(kKind, kLeaseVersion,
                         object.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

Result<LeaseDocument> decode_lease(std::string_view document) {
    NOVA_RT_TRY_ASSIGN(body, open_document(kKind, kLeaseVersion, document));
    try {
        return decode(json::parse(body));
    } catch (const json::exception& error) {
        return fail(ErrorCode::Corrupt, std::string("lease: ") + error.what());
    } catch (const BadShape& error) {
        return fail(ErrorCode::Corrupt, "lease: " + error.what);
    }
}

} // namespace nova_rt
