// The hook as libvirt runs it: the real binary and module, in a mount namespace in which /run, the module's
// directory and every kernel file the knobs write are the test's own.
#include "base/text.hpp"
#include "support/hook_xml.hpp"
#include "support/process.hpp"
#include "support/scratch_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>

namespace nova_rt::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

[[maybe_unused]] constexpr std::uintmax_t kMaxStrippedBytes = std::uintmax_t{2} * 1024 * 1024;

#if !NOVA_RT_SANITIZED // a sanitizer's runtime is linked in

TEST(HookBinary, NeedsLibcOnly) {
    const auto listed = run({"readelf", "-d", NOVA_RT_HOOK});
    ASSERT_EQ(listed.status, 0) << listed.err;
    for (const auto line : split(listed.out, '\n')) {
        if (line.find("(NEEDED)") != std::string_view::npos) {
            // ld-linux is libc's own loader, of the same package and always mapped.
            EXPECT_TRUE(line.find("[libc.so.") != std::string_view::npos ||
                        line.find("[ld-linux") != std::string_view::npos)
                << line;
        }
    }
}

TEST(HookBinary, IsSmall) {
    const ScratchDirectory scratch;
    const std::string stripped = scratch.path("hook");
    ASSERT_EQ(run({"strip", "-o", stripped, NOVA_RT_HOOK}).status, 0);
    EXPECT_LE(fs::file_size(stripped), kMaxStrippedBytes);
}

#endif

struct HookInNamespace : testing::Test {
    void SetUp() override {
        if (::geteuid() != 0) {
            GTEST_SKIP() << "SKIP no-root: needs a mount namespace";
        }
        fs::create_directories(host.path("run"));
        host.write("irq/24/smp_affinity_list", "0-3\n");
        host.write("irq/24/effective_affinity_list", "0\n");
        host.write("irq/default_smp_affinity", "f\n");
        host.write("workqueue/cpumask", "f\n");
        host.write("online", "0-3\n");
        fs::create_directories(host.path("lib"));
        fs::copy_file(NOVA_RT_HOOK_ENGINE, engine());
        // The mount point must be there before anything is installed.
        fs::create_directories(fs::path(NOVA_RT_ENGINE_DIR).parent_path());
    }

    [[nodiscard]] std::string engine() const { return host.path("lib/nova-rt-hook-engine.so"); }

    [[nodiscard]] std::string irq() const { return text("irq/24/smp_affinity_list"); }

    [[nodiscard]] std::string text(const std::string& name) const {
        std::ifstream file(host.path(name));
        std::string line;
        std::getline(file, line);
        return line;
    }

    /// One invocation as libvirt makes it.
    [[nodiscard]] Finished hook(const std::string& operation, const std::string& xml,
                                const std::string& name = "instance-00000001") const {
        const std::string h = host.path();
        const std::string engine_directory = NOVA_RT_ENGINE_DIR;
        const std::string script = "set -e\n"
                                   "mount --bind " +
                                   h +
                                   "/run /run\n"
                                   "mount -t tmpfs tmpfs " +
                                   fs::path(engine_directory).parent_path().string() +
                                   "\n"
                                   "mkdir -p " +
                                   engine_directory +
                                   "\n"
                                   "mount --bind " +
                                   h + "/lib " + engine_directory +
                                   "\n"
                                   "mount --bind " +
                                   h +
                                   "/irq /proc/irq\n"
                                   "mount --bind " +
                                   h +
                                   "/workqueue /sys/devices/virtual/workqueue\n"
                                   "mount --bind " +
                                   h +
                                   "/online /sys/devices/system/cpu/online\n"
                                   "exec \"$@\"\n";
        return run({"unshare", "-m", "sh", "-c", script, "sh", NOVA_RT_HOOK, name, operation, "begin", "-"},
                   xml);
    }

    ScratchDirectory host;
};

TEST_F(HookInNamespace, IsolatesAndGivesBackWithoutAWordOnStdout) {
    const std::string xml = hook_xml("required");
    for (const char* operation : {"prepare", "start"}) {
        const auto finished = hook(operation, xml);
        EXPECT_EQ(finished.status, 0) << finished.err;
        EXPECT_THAT(finished.out, IsEmpty());
        EXPECT_EQ(irq(), "0-1");
        EXPECT_EQ(text("irq/default_smp_affinity"), "3");
        EXPECT_EQ(text("workqueue/cpumask"), "3");
        RecordProperty(std::string(operation) + "_us", static_cast<int>(finished.wall.count()));
    }
    EXPECT_TRUE(fs::exists(host.path("run/nova-rt/private/leases/") + kHookGuest));
    EXPECT_EQ(hook("stopped", xml).status, 0);
    EXPECT_EQ(hook("release", xml).status, 0);
    EXPECT_EQ(irq(), "0-3");
    EXPECT_EQ(text("irq/default_smp_affinity"), "f");
    EXPECT_FALSE(fs::exists(host.path("run/nova-rt/private/journal")));
}

TEST_F(HookInNamespace, ReleasesALeaseEvenWhenTheXmlIsNoLongerRealtime) {
    ASSERT_EQ(hook("prepare", hook_xml("required")).status, 0);
    ASSERT_EQ(irq(), "0-1");
    const std::string plain = std::string("<domain><uuid>") + kHookGuest + "</uuid></domain>";
    EXPECT_EQ(hook("release", plain).status, 0);
    EXPECT_EQ(irq(), "0-3");
}

TEST_F(HookInNamespace, ExitsZeroAtOperationsThatAreNotItsOwn) {
    for (const char* operation : {"migrate", "restore", "attach", "frobnicate", ""}) {
        const auto finished = hook(operation, hook_xml("required"));
        EXPECT_EQ(finished.status, 0) << operation;
        EXPECT_THAT(finished.out + finished.err, IsEmpty());
    }
    EXPECT_EQ(run({NOVA_RT_HOOK}).status, 0);
    EXPECT_EQ(run({NOVA_RT_HOOK, "x"}).status, 0);
    EXPECT_FALSE(fs::exists(host.path("run/nova-rt")));
}

TEST_F(HookInNamespace, NeverKillsARunningGuestAtReconnectWhateverIsBroken) {
    host.write("run/nova-rt", "a file where the directory should be");
    EXPECT_EQ(hook("reconnect", hook_xml("required")).status, 0);
    fs::remove(host.path("online"));
    host.write("online", "garbage");
    EXPECT_EQ(hook("reconnect", hook_xml("required")).status, 0);
    host.write("lib/nova-rt-hook-engine.so", "not a shared object");
    EXPECT_EQ(hook("reconnect", hook_xml("required")).status, 0);
    fs::remove(engine());
    EXPECT_EQ(hook("reconnect", hook_xml("required")).status, 0);
    EXPECT_EQ(hook("reconnect", "").status, 0);
}

TEST_F(HookInNamespace, WithoutItsEngineRefusesARequiredGuestAtPrepareOnly) {
    for (const bool missing : {true, false}) {
        fs::remove(engine());
        if (!missing) {
            host.write("lib/nova-rt-hook-engine.so", "not a shared object");
        }
        const auto refused = hook("prepare", hook_xml("required"));
        EXPECT_EQ(refused.status, 1);
        EXPECT_THAT(refused.err, HasSubstr("nova-rt-hook-engine.so"));
        EXPECT_EQ(hook("prepare", hook_xml("best_effort")).status, 0);
        EXPECT_EQ(hook("prepare", hook_xml("")).status, 0);
        EXPECT_EQ(hook("started", hook_xml("required")).status, 0);
        EXPECT_EQ(hook("release", hook_xml("required")).status, 0);
    }
}

TEST_F(HookInNamespace, SurvivesACrashOfItsEngine) {
    fs::copy_file(NOVA_RT_CRASHING_ENGINE, engine(), fs::copy_options::overwrite_existing);
    for (const char* operation : {"reconnect", "started", "stopped", "release"}) {
        const auto finished = hook(operation, hook_xml("required"));
        EXPECT_EQ(finished.status, 0) << operation;
        EXPECT_THAT(finished.err, HasSubstr("crashed")) << operation;
    }
    EXPECT_EQ(hook("prepare", hook_xml("best_effort")).status, 0);
    EXPECT_EQ(hook("prepare", hook_xml("required")).status, 1);
}

TEST_F(HookInNamespace, RefusesTheSecondRequiredGuestOnAPcpu) {
    ASSERT_EQ(hook("prepare", hook_xml("best_effort")).status, 0);
    std::string second = hook_xml("required");
    second.replace(second.find(kHookGuest), 8, "22222222");
    const auto refused = hook("prepare", second, "instance-00000002");
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("both pinned to pCPUs 2-3"));
}

TEST_F(HookInNamespace, ReadsHostileStdinWithinLimits) {
    const std::string endless(std::size_t{100} * 1024 * 1024, 'x');
    EXPECT_EQ(hook("prepare", endless).status, 0);
    EXPECT_EQ(hook("prepare", hook_xml("best_effort") + endless).status, 0);
    const auto refused = hook("prepare", hook_xml("required") + endless);
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("longer than its limit"));
    const std::string doctype = R"(<!DOCTYPE d [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>)";
    EXPECT_EQ(hook("prepare", doctype + hook_xml("best_effort")).status, 0);
    EXPECT_EQ(hook("prepare", "<vcpusched" + std::string(1000, '\xff')).status, 0);
    std::string deep = "<vcpusched>";
    for (int i = 0; i < 100'000; ++i) {
        deep += "<a>";
    }
    EXPECT_EQ(hook("prepare", deep).status, 0);
    EXPECT_EQ(irq(), "0-3");
}

TEST_F(HookInNamespace, UsesNoNameAsAPath) {
    const std::string name = "../../x";
    EXPECT_EQ(hook("prepare", hook_xml("required", "2", "3", name), name).status, 0);
    EXPECT_EQ(irq(), "0-1");
    EXPECT_EQ(hook("release", hook_xml("required", "2", "3", name), name).status, 0);
    EXPECT_EQ(irq(), "0-3");
    for (const auto& entry : fs::recursive_directory_iterator(host.path())) {
        EXPECT_NE(entry.path().filename(), "x");
    }
}

} // namespace
} // namespace nova_rt::test
