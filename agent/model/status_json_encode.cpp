#include "model/status_json.hpp"
#include "model/status_names.hpp"

#include <nlohmann/json.hpp>

namespace nova_rt {

using nlohmann::json;

namespace {

/// null for what is not known.
template <typename T, typename Project> json optional_value(const std::optional<T>& value, Project project) {
    return value ? json(project(*value)) : json(nullptr);
}

std::string time_text(TimePoint time) {
    return to_iso8601(time);
}

json finding_value(const ReportedFinding& finding) {
    return {{"kind", finding.kind},
            {"severity", name_in(kSeverityNames, finding.severity)},
            {"subject", finding.subject},
            {"text", finding.text}};
}

template <typename Items, typename Project> json array_of(const Items& items, Project project) {
    json array = json::array();
    for (const auto& item : items) {
        array.push_back(project(item));
    }
    return array;
}

json thread_value(const ThreadStatus& thread) {
    return {{"tid", thread.tid.value},
            {"role", name_in(kThreadRoleNames, thread.role)},
            {"index", optional_value(thread.index, [](unsigned index) { return index; })},
            {"comm", thread.comm},
            {"affinity", thread.affinity.to_cpulist()},
            {"policy", name_in(kSchedulingPolicyNames, thread.scheduling.policy)},
            {"priority", thread.scheduling.priority},
            {"findings", array_of(thread.findings, finding_value)}};
}

json lease_value(const LeaseStatus& lease) {
    return {{"stage", name_in(kLeaseStageNames, lease.stage)},
            {"realtime_pcpus", lease.realtime_pcpus.to_cpulist()}};
}

json irq_value(const IrqReference& irq) {
    return {{"irq", irq.irq.value}, {"name", irq.name}};
}

json cpu_irqs_value(const CpuIrqStatus& cpu) {
    return {{"cpu", cpu.cpu.value},
            {"movable", array_of(cpu.movable, irq_value)},
            {"immovable", array_of(cpu.immovable, irq_value)}};
}

json pmd_value(const PmdThread& thread) {
    return {{"pcpu", thread.pcpu.value},
            {"tid", thread.tid.value},
            {"pid", thread.process.value},
            {"comm", thread.comm},
            {"program", thread.program}};
}

json collision_value(const CollisionStatus& collision) {
    return {{"pcpus", collision.pcpus.to_cpulist()},
            {"domains", array_of(collision.domains, [](const DomainUuid& uuid) { return uuid.to_string(); })},
            {"message", collision.message}};
}

json journal_value(const JournalStatus& journal) {
    return {{"leases", journal.leases},
            {"baselines", journal.baselines},
            {"uncommitted", journal.uncommitted},
            {"error", optional_value(journal.error, [](const std::string& text) { return text; })}};
}

std::string cpulist(const CpuSet& cpus) {
    return cpus.to_cpulist();
}

} // namespace

json to_json_value(const NodeStatus& node) {
    return {{"hostname", node.hostname},
            {"boot_id", node.boot_id},
            {"kernel", node.kernel},
            {"agent_version", node.agent_version}};
}

json to_json_value(const CpuStatus& cpu) {
    const auto same = [](unsigned number) { return number; };
    return {{"id", cpu.id.value},
            {"online", cpu.online},
            {"package", optional_value(cpu.package, same)},
            {"core", optional_value(cpu.core, same)},
            {"siblings", cpu.siblings.to_cpulist()},
            {"cell", optional_value(cpu.cell, [](HostCellId cell) { return cell.value; })},
            {"class", name_in(kCpuClassNames, cpu.cpu_class)},
            {"guest", optional_value(cpu.guest, [](const DomainUuid& uuid) { return uuid.to_string(); })},
            {"vcpu", optional_value(cpu.vcpu, [](VcpuId vcpu) { return vcpu.value; })}};
}

json to_json_value(const GuestStatus& domain) {
    json pins = json::object();
    for (const auto& [vcpu, cpus] : domain.vcpu_pins) {
        pins[std::to_string(vcpu.value)] = cpus.to_cpulist();
    }
    return {{"uuid", domain.uuid.to_string()},
            {"name", domain.name},
            {"state", name_in(kDomainStateNames, domain.state)},
            {"realtime", domain.is_realtime()},
            {"vcpu_count", domain.vcpu_count},
            {"realtime_vcpus", domain.realtime_vcpus.to_cpulist()},
            {"realtime_pcpus", domain.realtime_pcpus.to_cpulist()},
            {"vcpu_pins", std::move(pins)},
            {"isolation", name_in(kIsolationModeNames, domain.policy.mode)},
            {"min_grade", name_in(kGradeNames, domain.policy.min_grade)},
            {"lease", optional_value(domain.lease, lease_value)},
            {"grade", optional_value(domain.grade, [](Grade grade) { return name_in(kGradeNames, grade); })},
            {"grade_causes", domain.grade_causes},
            {"threads", array_of(domain.threads, thread_value)},
            {"findings", array_of(domain.findings, finding_value)}};
}

json to_json_value(const CheckStatus& check) {
    return {{"name", check.name},
            {"state", name_in(kCheckStateNames, check.state)},
            {"time", to_iso8601(check.time)},
            {"output", check.output}};
}

json to_json_value(const StatusDocument& status) {
    const auto value = [](const auto& part) { return to_json_value(part); };
    return {{"schema_version", kStatusSchemaVersion},
            {"generation", status.generation},
            {"generated_at", to_iso8601(status.generated_at)},
            {"domains_as_of", optional_value(status.domains_as_of, time_text)},
            {"node", to_json_value(status.node)},
            {"nova",
             {{"cpu_dedicated_set", optional_value(status.nova.dedicated, cpulist)},
              {"cpu_shared_set", optional_value(status.nova.shared, cpulist)}}},
            {"cpus", array_of(status.cpus, value)},
            {"pmd_threads", array_of(status.pmds, pmd_value)},
            {"domains", array_of(status.domains, value)},
            {"irqs", array_of(status.irqs, cpu_irqs_value)},
            {"collisions", array_of(status.collisions, collision_value)},
            {"checks", array_of(status.checks, value)},
            {"journal", journal_value(status.journal)}};
}

std::string encode_status(const StatusDocument& status) {
    // Thread names are bytes of the guest's choice: what is not UTF-8 is replaced.
    return to_json_value(status).dump(-1, ' ', false, json::error_handler_t::replace);
}

} // namespace nova_rt
