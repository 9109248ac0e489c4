#include "adapters/metrics/status_metrics.hpp"

#include "model/status_names.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

namespace nova_rt {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

struct MetricDescription {
    const char* name;
    MetricType type;
    const char* help;
};

constexpr MetricDescription kBuildInfo{"nova_rt_build_info", MetricType::Gauge, "Versions, constant 1"};
constexpr MetricDescription kScrapeAge{"nova_rt_scrape_age_seconds", MetricType::Gauge,
                                       "Age of the status document behind these metrics"};
constexpr MetricDescription kContained{"nova_rt_api_contained_exceptions_total", MetricType::Counter,
                                       "Exceptions of the HTTP library that did not end the API"};
constexpr MetricDescription kNodeReady{"nova_rt_node_ready", MetricType::Gauge,
                                       "1 when no check of the node fails, otherwise 0"};
constexpr MetricDescription kCheckStatus{"nova_rt_check_status", MetricType::Gauge,
                                         "State of a check: 0 ok, 1 warn, 2 fail"};
constexpr MetricDescription kCheckTime{"nova_rt_check_last_run_timestamp_seconds", MetricType::Gauge,
                                       "When a check last ran"};
constexpr MetricDescription kCpuClass{"nova_rt_cpu_class_info", MetricType::Gauge,
                                      "What a pCPU is for and where it is, constant 1"};
constexpr MetricDescription kCpuIrqs{"nova_rt_cpu_movable_irqs", MetricType::Gauge,
                                     "Movable interrupts that may arrive on a realtime pCPU"};
constexpr MetricDescription kDomainInfo{"nova_rt_domain_info", MetricType::Gauge,
                                        "Identity of a domain, constant 1"};
constexpr MetricDescription kDomainGrade{"nova_rt_domain_isolation_grade", MetricType::Gauge,
                                         "1 for the isolation grade a domain has"};
constexpr MetricDescription kDomainFindings{"nova_rt_domain_findings", MetricType::Gauge,
                                            "Deviations of a domain by severity"};
constexpr MetricDescription kVcpuPinned{"nova_rt_vcpu_pinned_cpu", MetricType::Gauge,
                                        "The pCPU a vCPU is pinned to"};
constexpr MetricDescription kVcpuPolicy{"nova_rt_vcpu_policy", MetricType::Gauge,
                                        "1 for the scheduling policy a vCPU's thread has"};
constexpr MetricDescription kCollisions{"nova_rt_pcpu_collisions", MetricType::Gauge,
                                        "Sets of pCPUs that several domains claim"};
constexpr MetricDescription kLeases{"nova_rt_leases", MetricType::Gauge, "Leases that realtime domains hold"};
constexpr MetricDescription kBaselines{"nova_rt_journal_baselines", MetricType::Gauge,
                                       "Host attributes that will be given back"};

constexpr std::array<const MetricDescription*, 16> kAll = {
    &kBuildInfo,  &kScrapeAge,  &kContained,  &kNodeReady,   &kCheckStatus,    &kCheckTime,
    &kCpuClass,   &kCpuIrqs,    &kDomainInfo, &kDomainGrade, &kDomainFindings, &kVcpuPinned,
    &kVcpuPolicy, &kCollisions, &kLeases,     &kBaselines,
};

/// Collects samples; a family without a sample does not appear.
class Families {
public:
    void add(const MetricDescription& description, Labels labels, double value) {
        MetricFamily& family = families_[description.name];
        family.name = description.name;
        family.help = description.help;
        family.type = description.type;
        ClientMetric sample;
        sample.label = std::move(labels);
        sample.gauge.value = value;
        sample.counter.value = value;
        family.metric.push_back(std::move(sample));
    }

    [[nodiscard]] std::string text() const {
        std::vector<MetricFamily> families;
        for (const auto& [name, family] : families_) {
            families.push_back(family);
        }
        std::ostringstream out;
        prometheus::TextSerializer().Serialize(out, families);
        return out.str();
    }

private:
    std::map<std::string, MetricFamily> families_;
};

std::string number(unsigned value) {
    return std::to_string(value);
}

double seconds_since_epoch(TimePoint time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

void add_checks(Families& families, const StatusDocument& status) {
    for (const auto& check : status.checks) {
        families.add(kCheckStatus, {{"check", check.name}}, static_cast<double>(check.state));
        families.add(kCheckTime, {{"check", check.name}}, seconds_since_epoch(check.time));
    }
    if (!status.checks.empty()) {
        families.add(kNodeReady, {}, status.state() == CheckState::Fail ? 0 : 1);
    }
}

void add_cpus(Families& families, const StatusDocument& status) {
    for (const auto& cpu : status.cpus) {
        Labels labels = {{"cpu", number(cpu.id.value)},
                         {"class", std::string(name_in(kCpuClassNames, cpu.cpu_class))}};
        if (cpu.cell) {
            labels.push_back({"node", number(cpu.cell->value)});
        }
        if (cpu.core) {
            labels.push_back({"core", number(*cpu.core)});
        }
        labels.push_back({"siblings", cpu.siblings.to_cpulist()});
        families.add(kCpuClass, std::move(labels), 1);
    }
    for (const auto& cpu : status.irqs) {
        families.add(kCpuIrqs, {{"cpu", number(cpu.cpu.value)}}, static_cast<double>(cpu.movable.size()));
    }
}

void add_vcpus(Families& families, const GuestStatus& domain) {
    for (const auto& [vcpu, cpus] : domain.vcpu_pins) {
        if (cpus.size() == 1) {
            families.add(kVcpuPinned, {{"domain", domain.name}, {"vcpu", number(vcpu.value)}}, *cpus.first());
        }
    }
    for (const auto& thread : domain.threads) {
        if (thread.role == ThreadRole::Vcpu && thread.index) {
            families.add(kVcpuPolicy,
                         {{"domain", domain.name},
                          {"vcpu", number(*thread.index)},
                          {"policy", std::string(name_in(kSchedulingPolicyNames, thread.scheduling.policy))},
                          {"priority", std::to_string(thread.scheduling.priority)}},
                         1);
        }
    }
}

void add_domain(Families& families, const GuestStatus& domain) {
    families.add(kDomainInfo, {{"domain", domain.name}, {"instance_uuid", domain.uuid.to_string()}}, 1);
    add_vcpus(families, domain);
    if (domain.grade) {
        families.add(kDomainGrade,
                     {{"domain", domain.name}, {"grade", std::string(name_in(kGradeNames, *domain.grade))}},
                     1);
    }
    if (!domain.is_realtime()) {
        return;
    }
    std::map<CheckState, unsigned> counts = {{CheckState::Warn, 0}, {CheckState::Fail, 0}};
    const auto count = [&](const std::vector<ReportedFinding>& findings) {
        for (const auto& finding : findings) {
            if (finding.severity != CheckState::Pass) {
                counts[finding.severity] += 1;
            }
        }
    };
    count(domain.findings);
    for (const auto& thread : domain.threads) {
        count(thread.findings);
    }
    for (const auto& [severity, findings] : counts) {
        families.add(kDomainFindings,
                     {{"domain", domain.name}, {"severity", std::string(name_in(kSeverityNames, severity))}},
                     findings);
    }
}

} // namespace

std::string metrics_text(const StatusDocument* status, const ScrapeFacts& facts) {
    Families families;
    Labels versions = {{"api_version", facts.api_version}};
    if (status != nullptr) {
        versions.push_back({"agent_version", status->node.agent_version});
    }
    families.add(kBuildInfo, std::move(versions), 1);
    families.add(kContained, {}, static_cast<double>(facts.contained_exceptions));
    if (facts.status_age_seconds) {
        families.add(kScrapeAge, {}, *facts.status_age_seconds);
    }
    if (status == nullptr) {
        return families.text();
    }
    add_checks(families, *status);
    add_cpus(families, *status);
    for (const auto& domain : status->domains) {
        add_domain(families, domain);
    }
    families.add(kCollisions, {}, static_cast<double>(status->collisions.size()));
    if (!status->journal.error) {
        families.add(kLeases, {}, static_cast<double>(status->journal.leases));
        families.add(kBaselines, {}, static_cast<double>(status->journal.baselines));
    }
    return families.text();
}

std::vector<std::string> metric_names() {
    std::vector<std::string> names;
    for (const auto* description : kAll) {
        names.emplace_back(description->name);
    }
    std::ranges::sort(names);
    return names;
}

} // namespace nova_rt
