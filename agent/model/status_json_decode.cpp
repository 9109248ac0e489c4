#include "base/text.hpp"
#include "model/status_json.hpp"
#include "model/status_names.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace nova_rt {

using nlohmann::json;

namespace {

/// Reads fields of known types. After the first mismatch everything reads as empty and error() says where.
class FieldReader {
public:
    [[nodiscard]] const std::optional<std::string>& error() const { return error_; }

    void mismatch(std::string_view key, std::string_view expected) {
        if (!error_) {
            error_ = "field " + quoted(key) + " is not " + std::string(expected);
        }
    }

    const json& any(const json& object, const char* key) {
        static const json kNull;
        const auto field = object.is_object() ? object.find(key) : object.end();
        return object.is_object() && field != object.end() ? *field : kNull;
    }

    const json& array(const json& object, const char* key) {
        static const json kEmpty = json::array();
        const json& field = any(object, key);
        if (!field.is_array()) {
            mismatch(key, "an array");
            return kEmpty;
        }
        return field;
    }

    std::string text(const json& object, const char* key) {
        const json& field = any(object, key);
        if (!field.is_string()) {
            mismatch(key, "a string");
            return {};
        }
        return field.get_ref<const std::string&>();
    }

    template <typename Number> Number number(const json& object, const char* key) {
        const json& field = any(object, key);
        if constexpr (std::is_signed_v<Number>) {
            if (field.is_number_integer() && field <= std::numeric_limits<Number>::max() &&
                field >= std::numeric_limits<Number>::min()) {
                return field.get<Number>();
            }
        } else if (field.is_number_unsigned() && field <= std::numeric_limits<Number>::max()) {
            return field.get<Number>();
        }
        mismatch(key, "a number in range");
        return {};
    }

    bool flag(const json& object, const char* key) {
        const json& field = any(object, key);
        if (!field.is_boolean()) {
            mismatch(key, "true or false");
            return false;
        }
        return field.get<bool>();
    }

    CpuSet cpus(const json& object, const char* key) {
        auto set = CpuSet::from_cpulist(text(object, key));
        if (!set) {
            mismatch(key, "a CPU list");
            return {};
        }
        return *std::move(set);
    }

    DomainUuid uuid_of(const json& field, std::string_view key) {
        auto uuid = field.is_string() ? DomainUuid::parse(field.get_ref<const std::string&>())
                                      : fail(ErrorCode::InvalidArgument, "not a string");
        if (!uuid) {
            mismatch(key, "a UUID");
            return {};
        }
        return *uuid;
    }

    TimePoint time(const json& object, const char* key) {
        const auto point = from_iso8601(text(object, key));
        if (!point) {
            mismatch(key, "a time (ISO 8601, UTC)");
        }
        return point.value_or(TimePoint{});
    }

    template <typename Enum, std::size_t Size>
    Enum named(const NameTable<Enum, Size>& table, const json& object, const char* key) {
        const auto value = value_in(table, text(object, key));
        if (!value) {
            mismatch(key, "one of its known values");
        }
        return value.value_or(table.front().first);
    }

    /// What `read` makes of each element.
    template <typename Read> auto all(const json& object, const char* key, Read read) {
        std::vector<decltype(read(*this, object))> items;
        for (const json& item : array(object, key)) {
            items.push_back(read(*this, item));
        }
        return items;
    }

    /// none for null; otherwise what `read` makes of the field.
    template <typename Read> auto optional(const json& object, const char* key, Read read) {
        using Value = decltype(read());
        return any(object, key).is_null() ? std::optional<Value>{} : std::optional<Value>(read());
    }

private:
    std::optional<std::string> error_;
};

NodeStatus read_node(FieldReader& reader, const json& value) {
    return {reader.text(value, "hostname"), reader.text(value, "boot_id"), reader.text(value, "kernel"),
            reader.text(value, "agent_version")};
}

CpuStatus read_cpu(FieldReader& reader, const json& value) {
    const auto number = [&](const char* key) {
        return reader.optional(value, key, [&] { return reader.number<unsigned>(value, key); });
    };
    CpuStatus cpu;
    cpu.id = PcpuId{reader.number<unsigned>(value, "id")};
    cpu.online = reader.flag(value, "online");
    cpu.package = number("package");
    cpu.core = number("core");
    cpu.siblings = reader.cpus(value, "siblings");
    if (const auto cell = number("cell")) {
        cpu.cell = HostCellId{*cell};
    }
    cpu.cpu_class = reader.named(kCpuClassNames, value, "class");
    cpu.guest =
        reader.optional(value, "guest", [&] { return reader.uuid_of(reader.any(value, "guest"), "guest"); });
    if (const auto vcpu = number("vcpu")) {
        cpu.vcpu = VcpuId{*vcpu};
    }
    return cpu;
}

ReportedFinding read_finding(FieldReader& reader, const json& value) {
    return {reader.text(value, "kind"), reader.named(kSeverityNames, value, "severity"),
            reader.text(value, "subject"), reader.text(value, "text")};
}

ThreadStatus read_thread(FieldReader& reader, const json& value) {
    ThreadStatus thread;
    thread.tid = Tid{reader.number<std::int32_t>(value, "tid")};
    thread.role = reader.named(kThreadRoleNames, value, "role");
    thread.index = reader.optional(value, "index", [&] { return reader.number<unsigned>(value, "index"); });
    thread.comm = reader.text(value, "comm");
    thread.affinity = reader.cpus(value, "affinity");
    thread.scheduling = {reader.named(kSchedulingPolicyNames, value, "policy"),
                         reader.number<int>(value, "priority")};
    thread.findings = reader.all(value, "findings", read_finding);
    return thread;
}

void read_pins(FieldReader& reader, const json& value, GuestStatus& domain) {
    const json& pins = reader.any(value, "vcpu_pins");
    if (!pins.is_object()) {
        reader.mismatch("vcpu_pins", "an object");
        return;
    }
    for (const auto& item : pins.items()) {
        const auto vcpu = parse_number<unsigned>(item.key());
        if (!vcpu) {
            reader.mismatch(item.key(), "a vCPU number");
            continue;
        }
        domain.vcpu_pins[VcpuId{*vcpu}] = reader.cpus(pins, item.key().c_str());
    }
}

GuestStatus read_domain(FieldReader& reader, const json& value) {
    GuestStatus domain;
    domain.uuid = reader.uuid_of(reader.any(value, "uuid"), "uuid");
    domain.name = reader.text(value, "name");
    domain.state = reader.named(kDomainStateNames, value, "state");
    domain.vcpu_count = reader.number<unsigned>(value, "vcpu_count");
    domain.realtime_vcpus = reader.cpus(value, "realtime_vcpus");
    domain.realtime_pcpus = reader.cpus(value, "realtime_pcpus");
    read_pins(reader, value, domain);
    domain.policy = {reader.named(kIsolationModeNames, value, "isolation"),
                     reader.named(kGradeNames, value, "min_grade")};
    domain.lease = reader.optional(value, "lease", [&] {
        const json& lease = reader.any(value, "lease");
        return LeaseStatus{reader.named(kLeaseStageNames, lease, "stage"),
                           reader.cpus(lease, "realtime_pcpus")};
    });
    domain.grade = reader.optional(value, "grade", [&] { return reader.named(kGradeNames, value, "grade"); });
    for (const json& cause : reader.array(value, "grade_causes")) {
        domain.grade_causes.push_back(cause.is_string() ? cause.get<std::string>() : std::string());
    }
    domain.threads = reader.all(value, "threads", read_thread);
    domain.findings = reader.all(value, "findings", read_finding);
    return domain;
}

IrqReference read_irq(FieldReader& reader, const json& value) {
    return {IrqNumber{reader.number<unsigned>(value, "irq")}, reader.text(value, "name")};
}

PmdThread read_pmd(FieldReader& reader, const json& value) {
    return {PcpuId{reader.number<unsigned>(value, "pcpu")}, Tid{reader.number<std::int32_t>(value, "tid")},
            Pid{reader.number<std::int32_t>(value, "pid")}, reader.text(value, "comm"),
            reader.text(value, "program")};
}

CollisionStatus read_collision(FieldReader& reader, const json& value) {
    CollisionStatus collision{reader.cpus(value, "pcpus"), {}, reader.text(value, "message")};
    for (const json& domain : reader.array(value, "domains")) {
        collision.domains.push_back(reader.uuid_of(domain, "domains"));
    }
    return collision;
}

JournalStatus read_journal(FieldReader& reader, const json& value) {
    return {reader.number<std::size_t>(value, "leases"), reader.number<std::size_t>(value, "baselines"),
            reader.number<std::size_t>(value, "uncommitted"),
            reader.optional(value, "error", [&] { return reader.text(value, "error"); })};
}

NovaCpuSets read_nova(FieldReader& reader, const json& value) {
    const auto set = [&](const char* key) {
        return reader.optional(value, key, [&] { return reader.cpus(value, key); });
    };
    return {set("cpu_dedicated_set"), set("cpu_shared_set")};
}

StatusDocument read_status(FieldReader& reader, const json& value) {
    StatusDocument status;
    status.generation = reader.number<std::uint64_t>(value, "generation");
    status.generated_at = reader.time(value, "generated_at");
    status.domains_as_of =
        reader.optional(value, "domains_as_of", [&] { return reader.time(value, "domains_as_of"); });
    status.node = read_node(reader, reader.any(value, "node"));
    status.nova = read_nova(reader, reader.any(value, "nova"));
    status.cpus = reader.all(value, "cpus", read_cpu);
    // agents that did not look for them left the field out
    status.pmds =
        reader.optional(value, "pmd_threads", [&] { return reader.all(value, "pmd_threads", read_pmd); })
            .value_or(std::vector<PmdThread>{});
    status.domains = reader.all(value, "domains", read_domain);
    for (const json& cpu : reader.array(value, "irqs")) {
        status.irqs.push_back({PcpuId{reader.number<unsigned>(cpu, "cpu")},
                               reader.all(cpu, "movable", read_irq), reader.all(cpu, "immovable", read_irq)});
    }
    status.collisions = reader.all(value, "collisions", read_collision);
    for (const json& check : reader.array(value, "checks")) {
        status.checks.push_back({reader.text(check, "name"), reader.named(kCheckStateNames, check, "state"),
                                 reader.time(check, "time"), reader.text(check, "output")});
    }
    status.journal = read_journal(reader, reader.any(value, "journal"));
    return status;
}

} // namespace

Result<StatusDocument> decode_status(std::string_view text) {
    if (text.size() > kMaxStatusBytes) {
        return fail(ErrorCode::NoSpace, "status document of " + std::to_string(text.size()) +
                                            " bytes is longer than " + std::to_string(kMaxStatusBytes));
    }
    const json value = json::parse(text, nullptr, false);
    if (!value.is_object()) {
        return fail(ErrorCode::InvalidArgument, "status document is not a JSON object");
    }
    FieldReader reader;
    const auto version = reader.number<unsigned>(value, "schema_version");
    if (!reader.error() && version != kStatusSchemaVersion) {
        return fail(ErrorCode::Unsupported, "status document has schema version " + std::to_string(version) +
                                                ", this program reads version " +
                                                std::to_string(kStatusSchemaVersion));
    }
    StatusDocument status = read_status(reader, value);
    if (reader.error()) {
        return fail(ErrorCode::InvalidArgument, "status document: " + *reader.error());
    }
    return status;
}

} // namespace nova_rt
