#include "integration/realtime_node.hpp"

#include "base/text.hpp"
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace nova_rt::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* kStage = NOVA_RT_BINARY_DIR "/stage";

std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return std::string(trimmed(text));
}

std::optional<SeenThread> see_thread(int tid) {
    SeenThread thread;
    thread.tid = tid;
    thread.comm = text_of("/proc/" + std::to_string(tid) + "/comm");
    cpu_set_t cpus;
    sched_param parameters{};
    const int policy = ::sched_getscheduler(tid);
    if (policy < 0 || ::sched_getaffinity(tid, sizeof cpus, &cpus) != 0 ||
        ::sched_getparam(tid, &parameters) != 0) {
        return std::nullopt;
    }
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (CPU_ISSET(cpu, &cpus)) {
            thread.affinity.add(cpu);
        }
    }
    thread.scheduling = {static_cast<SchedulingPolicy>(policy), parameters.sched_priority};
    return thread;
}

/// Writing a mask its own value changes nothing, and tells whether the kernel would let it change.
bool is_movable(const std::string& path, const std::string& value) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), value.data(), value.size()) == static_cast<ssize_t>(value.size());
}

bool is_number(const std::string& text) {
    return parse_number<int>(text).has_value();
}

} // namespace

void RealtimeNode::SetUp() {
    ASSERT_EQ(::geteuid(), 0U) << "run by private-libvirtd as root";
    ASSERT_TRUE(fs::exists("/run/libvirtd.pid"))
        << "this test changes host settings: run it under private-libvirtd";
    const auto online = CpuSet::from_cpulist(text_of("/sys/devices/system/cpu/online"));
    ASSERT_TRUE(online && online->size() >= 2) << "a realtime guest needs two pCPUs at least";
    realtime_pcpu_ = *online->last();
    baseline_ = host_settings();
    ASSERT_FALSE(baseline_.empty());
}

void RealtimeNode::TearDown() {
    const Finished listed = virsh({"list", "--all", "--name"});
    for (const auto& line : split(listed.out, '\n')) {
        const std::string name(trimmed(line));
        if (!name.empty()) {
            (void)virsh({"destroy", name});
            (void)virsh({"undefine", name});
        }
    }
    expect_baseline();
}

Finished RealtimeNode::nova_rt(std::vector<std::string> arguments, std::string_view input) const {
    arguments.insert(arguments.begin(), std::string(kStage) + "/bin/nova-rt");
    return run(arguments, input);
}

Finished RealtimeNode::virsh(std::vector<std::string> arguments) const {
    const std::vector<std::string> prefix = {"virsh", "-q", "-c", "qemu:///system"};
    arguments.insert(arguments.begin(), prefix.begin(), prefix.end());
    return run(arguments);
}

std::string RealtimeNode::document(const GuestWish& wish) const {
    nlohmann::json extra_specs;
    if (wish.realtime) {
        extra_specs = {
            {"hw:cpu_policy", "mixed"}, {"hw:cpu_realtime", "yes"}, {"hw:cpu_realtime_mask", "^0"}};
    }
    if (!wish.isolation.empty()) {
        extra_specs["rt:isolation"] = wish.isolation;
    }
    const nlohmann::json document = {
        {"flavor", {{"name", "rt.small"}, {"vcpus", 2}, {"memory_mb", 128}, {"extra_specs", extra_specs}}},
        {"conf",
         {{"compute.cpu_dedicated_set", std::to_string(realtime_pcpu_)},
          {"compute.cpu_shared_set", "0"},
          {"libvirt.virt_type", wish.virt_type}}},
        {"instance", {{"uuid", wish.uuid}, {"name", wish.name}}},
    };
    return document.dump();
}

Finished RealtimeNode::start(const GuestWish& wish) const {
    std::vector<std::string> arguments = {"define", "--start"};
    if (!wish.beside_others) {
        arguments.emplace_back("--without-guests");
    }
    return nova_rt(std::move(arguments), document(wish));
}

std::string RealtimeNode::state(const std::string& name) const {
    return std::string(trimmed(virsh({"domstate", name}).out));
}

int RealtimeNode::qemu_pid(const std::string& name) const {
    return parse_number<int>(text_of("/run/libvirt/qemu/" + name + ".pid")).value_or(-1);
}

std::vector<SeenThread> RealtimeNode::threads_of(int pid) {
    std::vector<SeenThread> threads;
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/task", gone)) {
        const auto tid = parse_number<int>(entry.path().filename().string());
        if (auto thread = see_thread(tid.value_or(-1))) {
            threads.push_back(*thread);
        }
    }
    return threads;
}

std::vector<SeenThread> RealtimeNode::kernel_threads(const std::string& prefix) {
    std::vector<SeenThread> threads;
    for (const auto& entry : fs::directory_iterator("/proc")) {
        const std::string name = entry.path().filename().string();
        if (!is_number(name) || !text_of(entry.path() / "comm").starts_with(prefix)) {
            continue;
        }
        if (auto thread = see_thread(*parse_number<int>(name))) {
            threads.push_back(*thread);
        }
    }
    return threads;
}

std::map<std::string, std::string> RealtimeNode::host_settings() {
    std::map<std::string, std::string> settings;
    for (const auto& entry : fs::directory_iterator("/proc/irq")) {
        const auto mask = entry.path() / "smp_affinity_list";
        if (fs::exists(mask)) {
            settings[mask] = text_of(mask);
        }
    }
    for (const char* path : {"/proc/irq/default_smp_affinity", "/sys/devices/virtual/workqueue/cpumask"}) {
        settings[path] = text_of(path);
    }
    return settings;
}

CpuSet RealtimeNode::movable_irq_cpus() {
    CpuSet cpus;
    for (const auto& [path, value] : host_settings()) {
        if (path.ends_with("smp_affinity_list") && is_movable(path, value)) {
            cpus |= CpuSet::from_cpulist(value).value_or(CpuSet{});
        }
    }
    return cpus;
}

void RealtimeNode::expect_isolated(const std::string& name) const {
    unsigned realtime_vcpus = 0;
    for (const auto& thread : threads_of(qemu_pid(name))) {
        if (thread.comm == "CPU 1/TCG" || thread.comm == "CPU 1/KVM") {
            ++realtime_vcpus;
            EXPECT_EQ(thread.affinity, CpuSet{realtime_pcpu_}) << thread.comm;
            EXPECT_EQ(thread.scheduling, (Scheduling{SchedulingPolicy::Fifo, 1})) << thread.comm;
        } else {
            EXPECT_FALSE(thread.affinity.contains(realtime_pcpu_)) << thread.comm << ' ' << thread.tid;
            EXPECT_EQ(thread.scheduling.policy, SchedulingPolicy::Other) << thread.comm << ' ' << thread.tid;
        }
    }
    EXPECT_EQ(realtime_vcpus, 1U) << "vCPU 1's thread";
    EXPECT_FALSE(movable_irq_cpus().contains(realtime_pcpu_)) << movable_irq_cpus().to_cpulist();
    for (const char* path : {"/proc/irq/default_smp_affinity", "/sys/devices/virtual/workqueue/cpumask"}) {
        const auto mask = CpuSet::from_mask(text_of(path));
        ASSERT_TRUE(mask) << path;
        EXPECT_FALSE(mask->contains(realtime_pcpu_)) << path << ' ' << mask->to_cpulist();
        EXPECT_FALSE(mask->empty()) << path;
    }
}

void RealtimeNode::expect_baseline() const {
    EXPECT_TRUE(eventually([this] { return host_settings() == baseline_; }))
        << "host settings are not given back";
    for (const auto& [path, value] : host_settings()) {
        const auto before = baseline_.find(path);
        if (before != baseline_.end()) {
            EXPECT_EQ(value, before->second) << path;
        }
    }
}

bool RealtimeNode::eventually(const std::function<bool()>& condition, std::chrono::seconds deadline) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        ::poll(nullptr, 0, 20);
    }
    return true;
}

void RealtimeNode::stop_libvirtd() const {
    const int pid = parse_number<int>(text_of("/run/libvirtd.pid")).value_or(-1);
    ASSERT_GT(pid, 1);
    ::kill(pid, SIGTERM);
    ASSERT_TRUE(eventually([&] { return ::kill(pid, 0) != 0 && errno == ESRCH; }))
        << "libvirtd does not stop";
}

void RealtimeNode::start_libvirtd() const {
    std::vector<std::string> command = {"env", "/usr/sbin/libvirtd", "-d", "-p", "/run/libvirtd.pid"};
    if (const auto preload = text_of("/run/libvirtd.preload"); !preload.empty()) {
        command.insert(command.begin() + 1, "LD_PRELOAD=" + preload);
    }
    ASSERT_EQ(run(command).status, 0);
    ASSERT_TRUE(eventually([this] { return virsh({"version"}).status == 0; }));
}

} // namespace nova_rt::test
