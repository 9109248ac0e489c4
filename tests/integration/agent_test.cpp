// The agent and the API beside a real libvirtd.
#include "support/background_process.hpp"

#include "integration/realtime_node.hpp"
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <csignal>
#include <fstream>

namespace nova_rt::test {
namespace {

using ::testing::HasSubstr;

constexpr const char* kGuest = "aaaaaaaa-0000-4000-8000-000000000001";

class Agent : public RealtimeNode {
protected:
    /// Starts the installed agent and waits until it has published its first verification.
    void start_agent() {
        agent_.emplace(std::vector<std::string>{NOVA_RT_BINARY_DIR "/stage/sbin/nova-rt-agent"});
        ASSERT_TRUE(eventually([] { return ::access("/run/nova-rt/public/status.json", R_OK) == 0; }));
    }

    [[nodiscard]] nlohmann::json status() const {
        const auto shown = nova_rt({"status", "--json"});
        return shown.status == 0 ? nlohmann::json::parse(shown.out) : nlohmann::json::object();
    }

    /// The guest's part of the status; null when it is not there.
    [[nodiscard]] nlohmann::json guest_status() const {
        for (const auto& domain : status().value("domains", nlohmann::json::array())) {
            if (domain.value("uuid", "") == kGuest) {
                return domain;
            }
        }
        return nullptr;
    }

    /// A mask that the hook has changed; empty when there is none.
    [[nodiscard]] std::string first_moved_irq() const {
        for (const auto& [path, value] : host_settings()) {
            if (path.ends_with("smp_affinity_list") && baseline_.at(path) != value) {
                return path;
            }
        }
        return "";
    }

    std::optional<BackgroundProcess> agent_;
};

TEST_F(Agent, FollowsAGuestFromStartToStop) {
    start_agent();
    ASSERT_TRUE(guest_status().is_null());
    ASSERT_EQ(start({}).status, 0);
    ASSERT_TRUE(eventually([this] { return guest_status().is_object(); }));
    EXPECT_TRUE(eventually([this] {
        const auto guest = guest_status();
        return guest.value("grade", "") == "C" && guest.at("lease").value("stage", "") == "started";
    })) << guest_status();
    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    EXPECT_TRUE(eventually([this] { return guest_status().is_null(); }));
}

TEST_F(Agent, RepairsADriftedInterruptAndKeepsTheForeignValueForTheEnd) {
    start_agent();
    ASSERT_EQ(start({}).status, 0);
    const std::string moved = first_moved_irq();
    ASSERT_FALSE(moved.empty()) << "no IRQ was moved by the hook";
    const std::string foreign = std::to_string(realtime_pcpu_);
    std::ofstream(moved) << foreign;
    EXPECT_TRUE(eventually([this] { return !movable_irq_cpus().contains(realtime_pcpu_); })) << moved;

    // Somebody else's newer wish is not undone: with the guest gone it is in force again.
    ASSERT_EQ(virsh({"destroy", "nova-rt-a"}).status, 0);
    EXPECT_TRUE(eventually([&] { return host_settings().at(moved) == foreign; })) << moved;
    std::ofstream(moved) << baseline_.at(moved);
}

TEST_F(Agent, StoppingItChangesNothing) {
    start_agent();
    ASSERT_EQ(start({}).status, 0);
    const auto isolated = host_settings();
    agent_->signal(SIGTERM);
    EXPECT_EQ(agent_->wait(), 0);
    EXPECT_EQ(host_settings(), isolated);
    expect_isolated("nova-rt-a");
}

TEST_F(Agent, GivesBackWhatAGuestHeldWhoseHookNeverRan) {
    ASSERT_EQ(start({}).status, 0);
    const int pid = qemu_pid("nova-rt-a");
    stop_libvirtd();
    // The next libvirtd finds no hook: nobody but the agent can know that the guest is gone.
    ASSERT_EQ(::rename("/etc/libvirt/hooks/qemu.d/50-nova-rt", "/etc/libvirt/50-nova-rt"), 0);
    ASSERT_EQ(::kill(pid, SIGKILL), 0);
    start_libvirtd();
    EXPECT_FALSE(movable_irq_cpus().contains(realtime_pcpu_)) << "still leased";
    start_agent();
    expect_baseline();
    stop_libvirtd();
    ASSERT_EQ(::rename("/etc/libvirt/50-nova-rt", "/etc/libvirt/hooks/qemu.d/50-nova-rt"), 0);
    start_libvirtd();
}

TEST_F(Agent, PlacesKvmThreadsBornAfterTheHook) {
    if (::access("/dev/kvm", R_OK | W_OK) != 0) {
        GTEST_SKIP() << "SKIP no-kvm: /dev/kvm cannot be opened";
    }
    start_agent();
    const auto started = start({.virt_type = "kvm"});
    ASSERT_EQ(started.status, 0) << started.err;
    EXPECT_TRUE(eventually([this] {
        for (const auto& thread : threads_of(qemu_pid("nova-rt-a"))) {
            const bool vcpu = thread.comm.starts_with("CPU ");
            if (!vcpu && (thread.affinity.contains(realtime_pcpu_) ||
                          thread.scheduling.policy != SchedulingPolicy::Other)) {
                return false;
            }
        }
        return true;
    }));
    expect_isolated("nova-rt-a");
}

TEST_F(Agent, TheApiServesWhatTheAgentPublished) {
    start_agent();
    ASSERT_EQ(start({}).status, 0);
    ASSERT_TRUE(eventually([this] { return guest_status().value("grade", "") == "C"; }));
    const BackgroundProcess api({NOVA_RT_BINARY_DIR "/stage/sbin/nova-rt-api"});
    const auto get = [](const std::string& path) {
        return run({"curl", "-sS", "-i", "http://127.0.0.1:9476" + path}).out;
    };
    ASSERT_TRUE(eventually([&] { return get("/healthcheck").find("200 OK") != std::string::npos; }));
    EXPECT_THAT(get("/health"), HasSubstr("application/health+json"));
    EXPECT_THAT(get("/v1/status"), HasSubstr(kGuest));
    EXPECT_THAT(get("/v1/domains"), HasSubstr(kGuest));
    EXPECT_THAT(get(std::string("/v1/domains/") + kGuest), HasSubstr("\"grade\""));
    EXPECT_THAT(get("/v1/domains/00000000-0000-4000-8000-000000000000"), HasSubstr(" 404 "));
    EXPECT_THAT(get("/v1/cpus"), HasSubstr("realtime"));
    EXPECT_THAT(get("/metrics"), HasSubstr("nova_rt_"));
}

} // namespace
} // namespace nova_rt::test
