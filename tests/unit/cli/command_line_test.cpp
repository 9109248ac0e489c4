// The command as a user meets it: exit status, and which stream says what.
#include "support/process.hpp"
#include "support/scratch_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <filesystem>
#include <thread>

namespace nova_rt::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kTemplate = NOVA_RT_SOURCE_DIR "/xml-templates/realtime-guest.xml";

Finished nova_rt(std::vector<std::string> arguments, std::string_view input = {}) {
    arguments.insert(arguments.begin(), NOVA_RT_COMMAND);
    return run(arguments, input);
}

/// A case with a host of four pCPUs, so that no answer depends on this machine.
nlohmann::json document(nlohmann::json extra_specs) {
    return {{"flavor",
             {{"name", "f"}, {"vcpus", 2}, {"memory_mb", 128}, {"extra_specs", std::move(extra_specs)}}},
            {"host", {{"cells", {{{"id", 0}, {"memory_mb", 4096}, {"siblings", {{0}, {1}, {2}, {3}}}}}}}},
            {"conf", {{"compute.cpu_dedicated_set", "1-3"}, {"compute.cpu_shared_set", "0"}}},
            {"instance", {{"uuid", "00000000-0000-4000-8000-000000000001"}}}};
}

const nlohmann::json kRealtime = {
    {"hw:cpu_policy", "dedicated"}, {"hw:cpu_realtime", "yes"}, {"hw:cpu_realtime_mask", "^0"}};

Finished translate(const nlohmann::json& input) {
    return nova_rt({"translate", "--template", kTemplate}, input.dump());
}

TEST(CommandLine, TranslatesADocumentToXmlOnStdout) {
    const auto done = translate(document(kRealtime));
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("<domain"));
    EXPECT_THAT(done.out, HasSubstr("vcpusched"));
}

TEST(CommandLine, ARefusalIsExitOneWithNovasExceptionOnStderr) {
    const auto refused = translate(document({{"hw:cpu_realtime", "yes"}, {"hw:cpu_realtime_mask", "^0"}}));
    EXPECT_EQ(refused.status, 1);
    EXPECT_EQ(refused.out, "");
    EXPECT_THAT(refused.err, HasSubstr("RealtimeConfigurationInvalid"));
}

TEST(CommandLine, AMisspeltExtraSpecIsRefusedWithASuggestion) {
    auto specs = kRealtime;
    specs["hw:emulator_thread_policy"] = "share";
    const auto refused = translate(document(specs));
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("hw:emulator_threads_policy"));
}

TEST(CommandLine, AnImpossiblePlanSaysWhatDoesNotFit) {
    auto input = document({{"hw:cpu_policy", "dedicated"}});
    input["flavor"]["vcpus"] = 4;
    const auto refused = translate(input);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("NoFit"));
}

TEST(CommandLine, LintWarnsAndWithStrictFails) {
    const auto input = document(kRealtime).dump();
    const auto warned = nova_rt({"lint"}, input);
    EXPECT_EQ(warned.status, 0) << warned.err;
    EXPECT_THAT(warned.out, HasSubstr("[realtime-without-pmu-off] hw:pmu"));
    EXPECT_EQ(nova_rt({"lint", "--strict"}, input).status, 1);
    const auto answer = nova_rt({"lint", "--json", "--ignore", "realtime-without-pmu-off"}, input);
    const auto findings = nlohmann::json::parse(answer.out).at("findings");
    EXPECT_FALSE(findings.empty());
    for (const auto& finding : findings) {
        EXPECT_NE(finding.at("id"), "realtime-without-pmu-off");
    }
    EXPECT_EQ(nova_rt({"lint", "--ignore", "no-such-rule"}, input).status, 2);
    EXPECT_EQ(nova_rt({"lint", "--node-grade", "Z"}, input).status, 2);
    EXPECT_EQ(nova_rt({"lint", "--list"}).status, 0);
}

TEST(CommandLine, MalformedInputIsExitTwo) {
    for (const std::string input :
         {"", "{", "[]", "{\"flavor\": 1}", "\xff\xfe", "{\"flavor\": {\"vcpus\": -1}}"}) {
        const auto failed = nova_rt({"translate", "--template", kTemplate}, input);
        EXPECT_EQ(failed.status, 2) << input << failed.err;
        EXPECT_EQ(failed.out, "");
        EXPECT_THAT(failed.err, HasSubstr("nova-rt: "));
    }
}

TEST(CommandLine, DeeplyNestedAndHugeInputIsRefusedInBoundedTime) {
    EXPECT_EQ(nova_rt({"plan", "--json", "--template", kTemplate}, std::string(1'000'000, '[')).status, 2);
    const auto huge = nova_rt({"plan", "--json", "--template", kTemplate}, std::string(20'000'000, ' '));
    EXPECT_NE(huge.status, 0);
    EXPECT_THAT(huge.err, HasSubstr("longer than"));
}

TEST(CommandLine, PlanAsJsonAnswersARefusalWithExitZero) {
    const auto done =
        nova_rt({"plan", "--json", "--template", kTemplate}, document({{"hw:cpu_realtime", "yes"}}).dump());
    EXPECT_EQ(done.status, 0) << done.err;
    const auto answer = nlohmann::json::parse(done.out);
    EXPECT_FALSE(answer.at("ok"));
    EXPECT_EQ(answer.at("error").at("stage"), "api");
}

TEST(CommandLine, BatchAnswersEachDocument) {
    const auto batch = nlohmann::json::array({document(kRealtime), document({{"hw:cpu_realtime", "yes"}})});
    const auto done = nova_rt({"plan", "--batch", "--template", kTemplate}, batch.dump());
    ASSERT_EQ(done.status, 0) << done.err;
    const auto answers = nlohmann::json::parse(done.out);
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_TRUE(answers[0].at("ok"));
    EXPECT_FALSE(answers[1].at("ok"));
}

TEST(CommandLine, BatchAnswersEachDocumentAsIfItWereAlone) {
    nlohmann::json lonely = document({{"hw:cpu_policy", "shared"}});
    lonely.erase("host"); // so it is about this machine
    lonely.erase("conf");
    lonely["flavor"]["vcpus"] = 1;
    lonely["flavor"]["memory_mb"] = 64;
    lonely["flavor"]["extra_specs"] = {{"hw:numa_nodes", "1"}};
    lonely["instance"] = {{"uuid", "5b7a3c1e-8d8e-4f64-9d9c-d0c1f2a3b4c5"}, {"name", "alone"}};
    const std::vector<std::string> more = {"--template", kTemplate, "--without-guests", "--conf",
                                           "compute.cpu_shared_set=0"};
    std::vector<std::string> one = {"plan", "--json"};
    one.insert(one.end(), more.begin(), more.end());
    std::vector<std::string> list = {"plan", "--batch"};
    list.insert(list.end(), more.begin(), more.end());
    const auto alone = nova_rt(one, lonely.dump());
    ASSERT_EQ(alone.status, 0) << alone.err;
    const auto answer = nlohmann::json::parse(alone.out);
    ASSERT_TRUE(answer.at("ok")) << alone.out;
    EXPECT_FALSE(answer.at("placement").empty());
    const auto batch = nova_rt(list, nlohmann::json::array({lonely, lonely}).dump());
    ASSERT_EQ(batch.status, 0) << batch.err;
    EXPECT_EQ(nlohmann::json::parse(batch.out), nlohmann::json::array({answer, answer}));
}

TEST(CommandLine, PlanSaysHowManyFitAndWhatIsLeft) {
    const auto done = nova_rt({"plan", "--count", "max", "--json"}, document(kRealtime).dump());
    ASSERT_EQ(done.status, 0) << done.err;
    const auto answer = nlohmann::json::parse(done.out);
    EXPECT_EQ(answer.at("groups").at(0).at("placed"), 1) << "three dedicated pCPUs, two for each guest";
    EXPECT_EQ(answer.at("left").at(0).at("dedicated_pcpus").at("free"), nlohmann::json::array({3}));
    EXPECT_EQ(nova_rt({"plan", "--count", "2"}, document(kRealtime).dump()).status, 1);
    EXPECT_EQ(nova_rt({"plan", "--count", "1"}, document(kRealtime).dump()).status, 0);
}

TEST(CommandLine, PlanTakesSeveralFlavorsOntoTheHostOfADocument) {
    const ScratchDirectory directory;
    auto host = document({});
    host.erase("flavor");
    const auto file = directory.write("host.json", host.dump());
    const auto realtime = directory.write("rt:1", document(kRealtime).at("flavor").dump());
    const auto one = directory.write(
        "one.json",
        R"({"name": "one", "vcpus": 1, "ram": 64, "properties": {"hw:cpu_policy": "dedicated"}})");
    const auto done = nova_rt({"plan", file, "--flavor", realtime + ":1", "--flavor", one + ":max"});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("flavor \"f\": 1 of 1 fit"));
    EXPECT_THAT(done.out, HasSubstr("flavor \"one\": 1 fit"));
    const auto single = nova_rt({"plan", file, "--template", kTemplate, "--flavor", one});
    EXPECT_EQ(single.status, 0) << single.err;
    EXPECT_THAT(single.out, HasSubstr("flavor \"one\": 1 vCPUs"));
    const auto wrong = nova_rt({"plan", file, "--flavor", one + ":0"});
    EXPECT_EQ(wrong.status, 2);
    EXPECT_THAT(wrong.err, HasSubstr("one.json: count \"0\""));
    EXPECT_EQ(nova_rt({"plan", "--batch", "--count", "2"}, "[]").status, 2);
    EXPECT_EQ(nova_rt({"plan", "--batch", "--image", "/dev/null"}, "[]").status, 2);
}

TEST(CommandLine, WrongUsageIsExitTwo) {
    EXPECT_EQ(nova_rt({}).status, 2);
    EXPECT_EQ(nova_rt({"no-such-command"}).status, 2);
    EXPECT_EQ(nova_rt({"hook"}).status, 2) << "only --dry-run: libvirt itself runs the hook";
    EXPECT_EQ(nova_rt({"translate", "--conf", "nonsense"}, document(kRealtime).dump()).status, 2);
    EXPECT_EQ(nova_rt({"translate", "--uuid", "../../x"}, document(kRealtime).dump()).status, 2);
}

TEST(CommandLine, TranslatesForTheReleaseThatIsAskedFor) {
    const auto later =
        nova_rt({"translate", "--template", kTemplate, "--nova-release", "33"}, document(kRealtime).dump());
    EXPECT_EQ(later.status, 0) << later.err;
    EXPECT_THAT(later.out, HasSubstr("<iothreads>1</iothreads>"));
    const auto unknown = nova_rt({"plan", "--nova-release", "34"}, document(kRealtime).dump());
    EXPECT_EQ(unknown.status, 2);
    EXPECT_THAT(unknown.err,
                HasSubstr("--nova-release: Nova release \"34\" is not known: 26.2 (the default) and 33 are"));
}

TEST(CommandLine, AMissingFileIsExitThree) {
    const auto failed = nova_rt({"translate", "--flavor", "/nonexistent/flavor.json"});
    EXPECT_EQ(failed.status, 3);
    EXPECT_THAT(failed.err, HasSubstr("/nonexistent/flavor.json"));
}

TEST(CommandLine, AnUnreachableLibvirtIsExitThree) {
    const auto failed =
        nova_rt({"define", "--template", kTemplate, "--connect", "qemu+unix:///system?socket=/nonexistent"},
                document(kRealtime).dump());
    EXPECT_EQ(failed.status, 3);
    EXPECT_THAT(failed.err, HasSubstr("connect to libvirt"));
}

TEST(CommandLine, DefinesADomainThatLibvirtValidates) {
    const auto done = nova_rt({"define", "--template", kTemplate, "--connect", "test:///default", "--start"},
                              document(kRealtime).dump());
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.out, HasSubstr("00000000-0000-4000-8000-000000000001"));
}

TEST(CommandLine, NamesAVhostUserPortThatCannotWorkHere) {
    auto input = document({{"hw:cpu_policy", "shared"}});
    input["vifs"] = {{{"mac", "fa:16:3e:00:00:09"}, {"mode", "client"}, {"path", "/nonexistent/vhu"}}};
    const auto elsewhere = translate(input);
    EXPECT_EQ(elsewhere.status, 0) << elsewhere.err;
    EXPECT_THAT(elsewhere.err, HasSubstr("memory is not shared"));
    EXPECT_THAT(elsewhere.err, ::testing::Not(HasSubstr("does not exist")));
    input.erase("host");
    input.erase("conf");
    const auto here = nova_rt({"translate", "--without-guests", "--template", kTemplate}, input.dump());
    EXPECT_EQ(here.status, 0) << here.err;
    EXPECT_THAT(here.err, HasSubstr("socket \"/nonexistent/vhu\" does not exist"));
}

TEST(CommandLine, StatusWithoutAgentSaysSo) {
    const auto failed = nova_rt({"status", "--file", "/nonexistent/status.json"});
    EXPECT_EQ(failed.status, 3);
    EXPECT_THAT(failed.err, HasSubstr("nova-rt-agent is not running"));
}

TEST(CommandLine, CapturesThisHostIntoAnEmptyDirectoryOnly) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "SKIP no-root: nova-rt's state is private";
    }
    const ScratchDirectory directory;
    const auto captured = nova_rt({"capture-host", directory.path("host")});
    ASSERT_EQ(captured.status, 0) << captured.err;
    EXPECT_THAT(captured.out, HasSubstr(" files, "));
    EXPECT_THAT(captured.out, HasSubstr("left out as private"));
    EXPECT_TRUE(std::filesystem::exists(directory.path("host/sys/devices/system/cpu/online")));
    EXPECT_FALSE(std::filesystem::exists(directory.path("host/proc/sys/kernel/hostname")));
    const auto again = nova_rt({"capture-host", directory.path("host")});
    EXPECT_EQ(again.status, 1);
    EXPECT_THAT(again.err, HasSubstr("is not empty"));
    EXPECT_EQ(nova_rt({"capture-host"}).status, 2);
}

TEST(CommandLine, PlansKernelArgumentsAndVerifiesThem) {
    const auto plain = nova_rt({"plan", "kernel-args", "--pcpus", "4000"});
    EXPECT_EQ(plain.status, 2) << plain.out;
    EXPECT_THAT(plain.err, HasSubstr("pCPUs 4000 are not online"));
    const auto missing = nova_rt({"plan", "kernel-args", "--nova-conf", "/nonexistent/nova.conf"});
    EXPECT_EQ(missing.status, 2);
    EXPECT_THAT(missing.err, HasSubstr("--pcpus"));
    if (std::thread::hardware_concurrency() < 2) {
        GTEST_SKIP() << "SKIP one-cpu: a pool needs a pCPU beside the housekeeping one";
    }
    const auto json = nova_rt({"plan", "kernel-args", "--pcpus", "1", "--json"});
    ASSERT_EQ(json.status, 0) << json.err;
    const auto answer = nlohmann::json::parse(json.out);
    EXPECT_THAT(answer.at("line").get<std::string>(), HasSubstr("nohz_full=1 rcu_nocbs=1 irqaffinity=0"));
    const auto verified = nova_rt({"plan", "kernel-args", "--pcpus", "1", "--verify"});
    EXPECT_EQ(verified.status, answer.at("in_force").get<bool>() ? 0 : 1);
}

} // namespace
} // namespace nova_rt::test
