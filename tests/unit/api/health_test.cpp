#include "api/health.hpp"

#include "support/status_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

StatusDocument healthy_status() {
    StatusDocument status = test::sample_status();
    status.checks = {{"libvirt", CheckState::Pass, test::sample_time(), ""}};
    return status;
}

StatusView view_of(StatusDocument status) {
    return {make_served_status(std::move(status)), ""};
}

Health judged(const StatusView& view, std::chrono::milliseconds age) {
    return judge_health(view, test::sample_time() + age, {15s, 60s});
}

TEST(Health, AgeDecidesBetweenPassWarnAndFail) {
    const StatusView view = view_of(healthy_status());
    EXPECT_EQ(judged(view, 1s).state, CheckState::Pass);
    EXPECT_EQ(judged(view, 15s).state, CheckState::Warn);
    EXPECT_EQ(judged(view, 60s).state, CheckState::Fail);
    EXPECT_EQ(judged(view, -5s).age, 0ms) << "a clock that was set back is no reason to fail";
}

TEST(Health, AFailingCheckOfTheNodeWarnsOnly) {
    StatusDocument status = healthy_status();
    status.checks.push_back({"isolation", CheckState::Fail, test::sample_time(), "guest below its grade"});
    EXPECT_EQ(judged(view_of(status), 1s).state, CheckState::Warn);
}

TEST(Health, NoDocumentFailsAndABadNewerOneWarns) {
    EXPECT_EQ(judged({nullptr, "not there"}, 0s).state, CheckState::Fail);
    StatusView view = view_of(healthy_status());
    view.problem = "cut short";
    EXPECT_EQ(judged(view, 1s).state, CheckState::Warn);
}

TEST(Health, AnswersInTheFormatOfNovasSpecification) {
    const HealthLimits limits{15s, 60s};
    StatusDocument status = healthy_status();
    status.checks.push_back({"irq", CheckState::Warn, test::sample_time(), "irq 24 on pCPU 3"});
    const auto response = health_response(judged(view_of(status), 1500ms), limits);
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.content_type, "application/health+json");
    EXPECT_EQ(find_header(response.headers, "Cache-Control"), "max-age=5");
    const json body = json::parse(response.body_text());
    EXPECT_EQ(body["status"], "warn");
    EXPECT_EQ(body["serviceId"], "nova-rt");
    EXPECT_EQ(body["notes"]["host"], "node-1");
    EXPECT_EQ(body["notes"]["status_age_seconds"], 1.5);
    EXPECT_EQ(body["checks"]["irq"]["output"], "irq 24 on pCPU 3");
    EXPECT_FALSE(body["checks"]["libvirt"].contains("output")) << "output appears on warn and fail only";
    EXPECT_EQ(body["checks"]["libvirt"]["time"], "2026-11-22T00:30:00.123Z");
}

TEST(Health, FailIs503AndNotCached) {
    const auto response = health_response(judged({nullptr, "gone"}, 0s), {});
    EXPECT_EQ(response.status, 503U);
    EXPECT_EQ(find_header(response.headers, "Cache-Control"), "no-cache");
    EXPECT_TRUE(json::parse(response.body_text())["notes"]["status_age_seconds"].is_null());
}

TEST(Healthcheck, SpeaksOslosDialect) {
    const Health good = judged(view_of(healthy_status()), 1s);
    const Health bad = judged({nullptr, "gone"}, 0s);
    const HttpRequest get{"GET", "/healthcheck", "", {}, ""};
    const HttpRequest head{"HEAD", "/healthcheck", "", {}, ""};
    const HttpRequest as_json{"GET", "/healthcheck", "", {{"Accept", "application/json"}}, ""};
    EXPECT_EQ(healthcheck_response(good, get).body_text(), "OK");
    EXPECT_EQ(healthcheck_response(good, head).status, 204U);
    EXPECT_EQ(json::parse(healthcheck_response(good, as_json).body_text()),
              (json{{"detailed", false}, {"reasons", {"OK"}}}));
    EXPECT_EQ(healthcheck_response(bad, get).status, 503U);
    EXPECT_THAT(std::string(healthcheck_response(bad, get).body_text()),
                HasSubstr("collector: no status document"));
    EXPECT_EQ(healthcheck_response(bad, head).status, 503U);
}

} // namespace
} // namespace nova_rt
