// A real libvirtd with our hook, as private-libvirtd sets it up, and what an operator would look at on it.
#pragma once

#include "base/cpu_set.hpp"
#include "model/scheduling.hpp"
#include "support/process.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace nova_rt::test {

/// A thread of a guest as the kernel shows it.
struct SeenThread {
    int tid = 0;
    std::string comm;
    CpuSet affinity;
    Scheduling scheduling;
};

/// What a test asks for; the rest is the shipped realtime flavor.
struct GuestWish {
    std::string name = "nova-rt-a";
    std::string uuid = "aaaaaaaa-0000-4000-8000-000000000001";
    std::string isolation; ///< rt:isolation; empty: not given
    std::string virt_type = "qemu";
    bool realtime = true;
    bool beside_others = true; ///< false: planned as if no other guest ran, onto the same pCPU
};

/// Runs inside private-libvirtd. Every test starts without guests and must end with every host setting at the
/// value it had before; TearDown checks that.
class RealtimeNode : public ::testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

    /// The installed nova-rt.
    [[nodiscard]] Finished nova_rt(std::vector<std::string> arguments, std::string_view input = {}) const;
    [[nodiscard]] Finished virsh(std::vector<std::string> arguments) const;
    /// The document that nova-rt translate, plan and define read.
    [[nodiscard]] std::string document(const GuestWish& wish) const;
    /// nova-rt define --start.
    [[nodiscard]] Finished start(const GuestWish& wish) const;

    [[nodiscard]] std::string state(const std::string& name) const;
    [[nodiscard]] int qemu_pid(const std::string& name) const;
    [[nodiscard]] static std::vector<SeenThread> threads_of(int pid);
    /// Kernel threads whose name starts so ("kvm-pit/", "vhost-").
    [[nodiscard]] static std::vector<SeenThread> kernel_threads(const std::string& prefix);
    /// The union of the masks of all movable IRQs. A managed one (EIO for any write) is the kernel's own.
    [[nodiscard]] static CpuSet movable_irq_cpus();

    /// Every setting the product may write, as it reads now.
    [[nodiscard]] static std::map<std::string, std::string> host_settings();
    void expect_isolated(const std::string& name) const;
    void expect_baseline() const;
    /// Polls until the condition holds; false after the deadline.
    [[nodiscard]] static bool eventually(const std::function<bool()>& condition,
                                         std::chrono::seconds deadline = std::chrono::seconds(20));

    void stop_libvirtd() const;
    void start_libvirtd() const;

    unsigned realtime_pcpu_ = 0; ///< the node's highest CPU; everything else keeps house
    std::map<std::string, std::string> baseline_;
};

} // namespace nova_rt::test
