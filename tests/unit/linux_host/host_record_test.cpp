#include "adapters/linux_host/host_record_tree.hpp"
#include "adapters/linux_host/linux_host_reader.hpp"
#include "adapters/linux_host/recording_host_reader.hpp"
#include "support/fake_host_reader.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace nova_rt {
namespace {

namespace fs = std::filesystem;

class HostRecordTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "nova-rt-record-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        directory_ = name;
    }

    void TearDown() override { fs::remove_all(directory_); }

    [[nodiscard]] LinuxHostReader reader() const {
        return LinuxHostReader(*RootDirectory::open(directory_.string()));
    }

    fs::path directory_;
};

TEST_F(HostRecordTest, AnswersTheSameQuestionsWithoutTheHost) {
    test::FakeHostReader host;
    host.set("proc/irq/24/smp_affinity_list", "0-3\n");
    host.set("proc/irq/default_smp_affinity", "f");
    host.set("sys/never/asked", "1");
    host.set("sys/fs/cgroup/cpu/cpu.rt_runtime_us", "950000");
    const RecordingHostReader recorder(host);
    EXPECT_EQ(recorder.list("proc/irq").value().size(), 2U);
    EXPECT_EQ(recorder.read("proc/irq/24/smp_affinity_list"), "0-3");
    EXPECT_TRUE(recorder.exists("sys/fs/cgroup/cpu/cpu.rt_runtime_us"));
    EXPECT_FALSE(recorder.exists("sys/absent"));
    EXPECT_FALSE(recorder.read("sys/absent").has_value());

    ASSERT_TRUE(write_host_record(recorder.record(), directory_.string()));
    EXPECT_EQ(reader().read("proc/irq/24/smp_affinity_list"), "0-3");
    EXPECT_TRUE(reader().exists("sys/fs/cgroup/cpu/cpu.rt_runtime_us"));
    EXPECT_EQ(reader().read("sys/absent").error().code(), ErrorCode::NotFound);
    EXPECT_FALSE(reader().exists("sys/never/asked"));
    EXPECT_EQ(recorder.record().bytes, std::string("0-3950000").size());
}

TEST_F(HostRecordTest, KeepsTheDirectoriesInAListedOne) {
    test::FakeHostReader host;
    host.set("proc/irq/24/smp_affinity_list", "0-3");
    host.set("proc/irq/24/virtio0-config/x", "");
    host.set("proc/77/stat", "");
    const RecordingHostReader recorder(host);
    static_cast<void>(recorder.list("proc/irq/24"));
    static_cast<void>(recorder.list("proc"));
    ASSERT_TRUE(write_host_record(recorder.record(), directory_.string()));
    EXPECT_EQ(reader().list("proc/irq/24"), std::vector<std::string>{"virtio0-config"});
    EXPECT_EQ(reader().list("proc"), std::vector<std::string>{"irq"});
}

TEST_F(HostRecordTest, RecordsWhatRedactionLeaves) {
    test::FakeHostReader host;
    host.set("proc/cmdline", "nohz_full=2-3 secret=x");
    host.set("proc/77/environ", "PASSWORD=x");
    const RecordingHostReader recorder(
        host, [](std::string_view path, std::string_view /*text*/) -> std::optional<std::string> {
            return path == "proc/cmdline" ? std::optional<std::string>("nohz_full=2-3") : std::nullopt;
        });
    EXPECT_EQ(recorder.read("proc/cmdline"), "nohz_full=2-3 secret=x"); // the reader sees the truth
    EXPECT_TRUE(recorder.read("proc/77/environ").has_value());
    EXPECT_EQ(recorder.record().files,
              (std::map<std::string, std::string>{{"proc/cmdline", "nohz_full=2-3"}}));
    EXPECT_EQ(recorder.record().left_out, 1U);
}

TEST_F(HostRecordTest, RefusesDirectoryWithEntries) {
    std::ofstream(directory_ / "precious") << "data";
    const auto status = write_host_record(HostRecord{}, directory_.string());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::Refused);
    EXPECT_TRUE(fs::exists(directory_ / "precious"));
}

TEST_F(HostRecordTest, RefusesDirectoryBehindSymbolicLink) {
    fs::create_directory(directory_ / "real");
    fs::create_directory_symlink(directory_ / "real", directory_ / "link");
    EXPECT_FALSE(write_host_record(HostRecord{}, (directory_ / "link").string()));
}

TEST_F(HostRecordTest, RefusesPathThatClimbs) {
    HostRecord record;
    record.files["proc/../../escaped"] = "x";
    const auto status = write_host_record(record, (directory_ / "new").string());
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code(), ErrorCode::InvalidArgument);
    EXPECT_FALSE(fs::exists(directory_ / "escaped"));
}

} // namespace
} // namespace nova_rt
