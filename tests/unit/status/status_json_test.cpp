#include "model/status_json.hpp"

#include "support/status_samples.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace nova_rt {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(StatusJson, EveryFieldSurvivesTheRoundTrip) {
    const StatusDocument status = test::sample_status();
    const auto back = decode_status(encode_status(status));
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(*back, status);
}

TEST(StatusJson, AnEmptyDocumentSurvivesTheRoundTrip) {
    const auto back = decode_status(encode_status(StatusDocument{}));
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(*back, StatusDocument{});
}

TEST(StatusJson, UnknownIsNullAndNeverZero) {
    StatusDocument status;
    status.cpus.push_back({});
    const json value = to_json_value(status);
    EXPECT_TRUE(value["cpus"][0]["core"].is_null());
    EXPECT_TRUE(value["cpus"][0]["guest"].is_null());
    EXPECT_TRUE(value["nova"]["cpu_shared_set"].is_null());
    EXPECT_TRUE(value["domains_as_of"].is_null());
}

TEST(StatusJson, ThreadNamesThatAreNotUtf8DoNotBreakTheDocument) {
    StatusDocument status = test::sample_status();
    status.domains[0].threads[0].comm = "evil\xff\x1b[31m";
    const std::string text = encode_status(status);
    EXPECT_TRUE(json::accept(text));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_TRUE(decode_status(text));
}

TEST(StatusJson, FieldsOfANewerMinorFormatAreIgnored) {
    json value = to_json_value(test::sample_status());
    value["a_later_field"] = 1;
    value["domains"][0]["latency"] = {{"p99", 12}};
    EXPECT_TRUE(decode_status(value.dump()));
}

TEST(StatusJson, DocumentsFromBeforePmdThreadsWereLookedForAreRead) {
    auto value = json::parse(encode_status(test::sample_status()));
    ASSERT_EQ(value.at("pmd_threads").size(), 1U);
    value.erase("pmd_threads");
    const auto status = decode_status(value.dump());
    ASSERT_TRUE(status) << status.error().message();
    EXPECT_TRUE(status->pmds.empty());
    value["pmd_threads"] = {{{"pcpu", -1}}};
    EXPECT_FALSE(decode_status(value.dump()));
}

TEST(StatusJson, RefusesAnotherSchemaVersionByName) {
    json value = to_json_value(test::sample_status());
    value["schema_version"] = 2;
    const auto back = decode_status(value.dump());
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code(), ErrorCode::Unsupported);
    EXPECT_THAT(back.error().message(), HasSubstr("schema version 2"));
}

TEST(StatusJson, RefusesDamagedDocumentsAndNamesTheField) {
    const struct {
        const char* pointer;
        json value;
        const char* message;
    } cases[] = {
        {"/generation", "many", "\"generation\""},
        {"/generation", -1, "\"generation\""},
        {"/schema_version", nullptr, "\"schema_version\""},
        {"/cpus", json::object(), "\"cpus\""},
        {"/cpus/0/siblings", "0-999999999", "\"siblings\""},
        {"/cpus/0/class", "royal", "\"class\""},
        {"/domains/0/uuid", "../../etc", "\"uuid\""},
        {"/domains/0/vcpu_pins", json::array(), "\"vcpu_pins\""},
        {"/domains/0/threads/0/tid", 5'000'000'000, "\"tid\""},
        {"/domains/0/threads/0", 7, "\"tid\""},
        {"/generated_at", "yesterday", "\"generated_at\""},
    };

    for (const auto& [pointer, replacement, message] : cases) {
        json value = to_json_value(test::sample_status());
        value[json::json_pointer(pointer)] = replacement;
        const auto back = decode_status(value.dump());
        ASSERT_FALSE(back) << pointer;
        EXPECT_EQ(back.error().code(), ErrorCode::InvalidArgument) << pointer;
        EXPECT_THAT(back.error().message(), HasSubstr(message)) << pointer;
    }
}

TEST(StatusJson, RefusesWhatIsNoJsonAndWhatIsTooLong) {
    for (const std::string text : {"", "{", "[]", "null", "\xff", "{\"schema_version\":1"}) {
        EXPECT_FALSE(decode_status(text)) << text;
    }
    const auto back = decode_status(std::string(kMaxStatusBytes + 1, ' '));
    ASSERT_FALSE(back);
    EXPECT_EQ(back.error().code(), ErrorCode::NoSpace);
}

} // namespace
} // namespace nova_rt
