#include "adapters/metrics/status_metrics.hpp"

#include "support/status_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace nova_rt {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string sample_text() {
    const StatusDocument status = test::sample_status();
    return metrics_text(&status, {2.5, 3, "0.1.0"});
}

TEST(StatusMetrics, CarriesTheFactsOfTheDocument) {
    const std::string text = sample_text();
    for (const char* line :
         {"nova_rt_build_info{api_version=\"0.1.0\",agent_version=\"0.1.0\"} 1\n",
          "nova_rt_scrape_age_seconds 2.5\n", "# TYPE nova_rt_api_contained_exceptions_total counter\n",
          "nova_rt_api_contained_exceptions_total 3\n", "nova_rt_node_ready 1\n",
          "nova_rt_check_status{check=\"isolation\"} 1\n",
          "nova_rt_cpu_class_info{cpu=\"3\",class=\"realtime\",node=\"0\",core=\"1\",siblings=\"2-3\"} 1\n",
          "nova_rt_cpu_movable_irqs{cpu=\"3\"} 1\n",
          "nova_rt_domain_info{domain=\"instance-0000002a\",instance_uuid=\"11111111-2222-3333-4444-"
          "555555555555\"} 1\n",
          "nova_rt_domain_isolation_grade{domain=\"instance-0000002a\",grade=\"C\"} 1\n",
          "nova_rt_domain_findings{domain=\"instance-0000002a\",severity=\"error\"} 1\n",
          "nova_rt_vcpu_pinned_cpu{domain=\"instance-0000002a\",vcpu=\"1\"} 3\n",
          "nova_rt_vcpu_policy{domain=\"instance-0000002a\",vcpu=\"1\",policy=\"fifo\",priority=\"1\"} 1\n",
          "nova_rt_pcpu_collisions 1\n", "nova_rt_leases 1\n", "nova_rt_journal_baselines 7\n"}) {
        EXPECT_THAT(text, HasSubstr(line));
    }
}

TEST(StatusMetrics, WhatIsNotKnownIsAbsent) {
    const std::string text = metrics_text(nullptr, {std::nullopt, 0, "0.1.0"});
    EXPECT_THAT(text, Not(HasSubstr("scrape_age")));
    EXPECT_THAT(text, Not(HasSubstr("node_ready")));
    EXPECT_THAT(text, Not(HasSubstr("agent_version")));
    StatusDocument status = test::sample_status();
    status.journal.error = "unreadable";
    status.cpus[0].core.reset();
    EXPECT_THAT(metrics_text(&status, {}), Not(HasSubstr("nova_rt_leases")));
}

TEST(StatusMetrics, EveryFamilyIsInTheCatalogue) {
    const auto names = metric_names();
    const std::set<std::string> catalogue(names.begin(), names.end());
    std::istringstream lines(sample_text());
    std::set<std::string> seen;
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("# TYPE ", 0) == 0) {
            seen.insert(line.substr(7, line.find(' ', 7) - 7));
        }
    }
    EXPECT_EQ(seen, catalogue);
}

TEST(StatusMetrics, LabelValuesAreEscaped) {
    StatusDocument status = test::sample_status();
    status.domains[0].name = "a\"b\n\\c";
    EXPECT_THAT(metrics_text(&status, {}), HasSubstr("domain=\"a\\\"b\\n\\\\c\""));
}

} // namespace
} // namespace nova_rt
