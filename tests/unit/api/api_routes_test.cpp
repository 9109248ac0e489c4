#include "api/api_routes.hpp"

#include "model/status_json.hpp"
#include "support/scratch_directory.hpp"
#include "support/status_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace nova_rt {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

class ApiRoutes : public testing::Test {
protected:
    ApiRoutes() : source_(scratch_.path("status.json")) {}

    void publish(const StatusDocument& status) {
        scratch_.write("status.json", encode_status(status));
        source_.refresh();
    }

    HttpResponse get(std::string target, HttpHeaders headers = {}) {
        return router().dispatch({"GET", std::move(target), "req-1", std::move(headers), ""});
    }

    json get_json(std::string target) { return json::parse(get(std::move(target)).body_text()); }

    Router router() {
        return make_api_router(
            {source_, [] { return test::sample_time() + 3s; }, {}, "0.1.0", [] { return 0U; }});
    }

    test::ScratchDirectory scratch_;
    StatusSource source_;
};

TEST_F(ApiRoutes, AreTheseAndNoOthers) {
    EXPECT_THAT(router().listing(),
                ElementsAre("GET /", "GET /health", "GET /healthcheck", "GET /metrics", "GET /v1/cpus",
                            "GET /v1/domains", "GET /v1/domains/{uuid}", "GET /v1/status"));
}

TEST_F(ApiRoutes, RootIsTheVersionDocument) {
    const json version = get_json("/")["versions"][0];
    EXPECT_EQ(version["id"], "v1");
    EXPECT_EQ(version["status"], "CURRENT");
    EXPECT_EQ(version["min_version"], "1.0");
}

TEST_F(ApiRoutes, StatusIsTheDocumentWithItsAgeAndTag) {
    publish(test::sample_status());
    const auto response = get("/v1/status");
    EXPECT_EQ(json::parse(response.body_text()), to_json_value(test::sample_status()));
    EXPECT_EQ(find_header(response.headers, "Age"), "3");
    const auto tag = find_header(response.headers, "ETag");
    ASSERT_TRUE(tag);
    EXPECT_EQ(get("/v1/status", {{"If-None-Match", std::string(*tag)}}).status, 304U);
}

TEST_F(ApiRoutes, DomainsAreSummariesWithLinks) {
    publish(test::sample_status());
    const json domains = get_json("/v1/domains")["domains"];
    ASSERT_EQ(domains.size(), 2U);
    EXPECT_EQ(domains[0]["uuid"], test::kRealtimeUuid);
    EXPECT_EQ(domains[0]["grade"], "C");
    EXPECT_EQ(domains[0]["finding_count"], 2);
    EXPECT_FALSE(domains[0].contains("threads"));
    EXPECT_EQ(get_json(domains[0]["links"][0]["href"])["domain"]["uuid"], test::kRealtimeUuid);
}

TEST_F(ApiRoutes, OneDomainShowsItsThreads) {
    publish(test::sample_status());
    const json domain = get_json(std::string("/v1/domains/") + test::kRealtimeUuid)["domain"];
    EXPECT_EQ(domain["threads"][0]["policy"], "fifo");
    EXPECT_EQ(domain["threads"][0]["findings"][0]["kind"], "affinity_wrong");
    EXPECT_EQ(domain["lease"]["stage"], "started");
}

TEST_F(ApiRoutes, AnUnknownDomainAndABadUuidAreDifferentErrors) {
    publish(test::sample_status());
    EXPECT_EQ(get_json("/v1/domains/99999999-2222-3333-4444-555555555555")["errors"][0]["code"],
              "realtime.domain.not_found");
    EXPECT_EQ(get("/v1/domains/99999999-2222-3333-4444-555555555555").status, 404U);
    EXPECT_EQ(get("/v1/domains/instance-1").status, 400U);
    EXPECT_EQ(get_json("/v1/domains/instance-1")["errors"][0]["code"], "realtime.domain.invalid_uuid");
}

TEST_F(ApiRoutes, CpusShowTheirClassAndGuest) {
    publish(test::sample_status());
    const json cpus = get_json("/v1/cpus")["cpus"];
    ASSERT_EQ(cpus.size(), 4U);
    EXPECT_EQ(cpus[3]["class"], "realtime");
    EXPECT_EQ(cpus[3]["guest"], test::kRealtimeUuid);
    EXPECT_EQ(cpus[0]["guest"], nullptr);
}

TEST_F(ApiRoutes, WithoutADocumentTheReasonIsServed) {
    source_.refresh();
    for (const char* target : {"/v1/status", "/v1/domains", "/v1/cpus", "/v1/domains/x"}) {
        EXPECT_EQ(get(target).status, 503U) << target;
        EXPECT_EQ(get_json(target)["errors"][0]["code"], "realtime.status.unavailable") << target;
    }
    EXPECT_EQ(get("/health").status, 503U);
    EXPECT_EQ(get("/").status, 200U);
    EXPECT_THAT(std::string(get("/metrics").body_text()), HasSubstr("nova_rt_build_info"));
}

TEST_F(ApiRoutes, MetricsCarryTheAgeOfTheDocument) {
    publish(test::sample_status());
    const auto response = get("/metrics");
    EXPECT_THAT(response.content_type, HasSubstr("version=0.0.4"));
    EXPECT_THAT(std::string(response.body_text()), HasSubstr("nova_rt_scrape_age_seconds 3\n"));
}

} // namespace
} // namespace nova_rt
