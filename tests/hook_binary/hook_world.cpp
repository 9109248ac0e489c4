#include "hook_binary/hook_world.hpp"

#include "base/cpu_set.hpp"
#include "support/hook_xml.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace nova_rt::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* kCpusetMount = "/sys/fs/cgroup/cpuset";
constexpr unsigned kHousekeepingPcpu = 0;
constexpr unsigned kRealtimePcpu = 1;
constexpr int kSignalExit = 128;
constexpr std::array kThreadNames = {"CPU 0/KVM", "CPU 1/KVM", "kvm-nx-lpage-re"};

void expect(bool done, const std::string& what) {
    if (!done) {
        throw std::runtime_error(what + ": " + std::strerror(errno));
    }
}

std::string text_of(const fs::path& file) {
    std::ifstream stream(file);
    std::stringstream text;
    text << stream.rdbuf();
    std::string all = text.str();
    all.erase(all.find_last_not_of(" \n") + 1);
    return all;
}

/// One write(2), as the kernel's files want it.
void put(const std::string& file, const std::string& text) {
    const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
    expect(fd >= 0, file);
    const bool done = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(fd);
    expect(done, file);
}

/// In the order libvirt does it: cgroup, affinity, policy.
void place(const std::string& cgroup, const char* leaf, unsigned pcpu, int policy, int priority) {
    const auto tid = static_cast<pid_t>(::syscall(SYS_gettid));
    if (!cgroup.empty()) {
        put(kCpusetMount + cgroup + "/" + leaf + "/tasks", std::to_string(tid));
    }
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(pcpu, &cpus);
    expect(::sched_setaffinity(tid, sizeof cpus, &cpus) == 0, "sched_setaffinity");
    const sched_param parameters{.sched_priority = priority};
    expect(::sched_setscheduler(tid, policy, &parameters) == 0, "sched_setscheduler");
}

struct ThreadStart {
    const std::string* cgroup;
    std::size_t index;
    int report; ///< the write end of a pipe: the thread's id, when it is in its place
};

void* sleep_as(void* argument) {
    const auto& start = *static_cast<ThreadStart*>(argument);
    ::prctl(PR_SET_NAME, kThreadNames.at(start.index));
    place(*start.cgroup, start.index == 1 ? "vcpu1" : "vcpu0", kRealtimePcpu, SCHED_FIFO, 1);
    const auto tid = static_cast<pid_t>(::syscall(SYS_gettid));
    expect(::write(start.report, &tid, sizeof tid) == sizeof tid, "report");
    while (true) {
        ::pause();
    }
}

[[noreturn]] void be_qemu(const std::string& cgroup, int report) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::prctl(PR_SET_NAME, "qemu-system-x86");
    try {
        place(cgroup, "emulator", kHousekeepingPcpu, SCHED_OTHER, 0);
        for (std::size_t index = 0; index < kThreadNames.size(); ++index) {
            auto* const start = new ThreadStart{.cgroup = &cgroup, .index = index, .report = report};
            pthread_t thread{};
            expect(::pthread_create(&thread, nullptr, sleep_as, start) == 0, "pthread_create");
        }
        while (true) {
            ::pause();
        }
    } catch (const std::exception& error) {
        ::dprintf(STDERR_FILENO, "stand-in for QEMU: %s\n", error.what());
    }
    ::_exit(1);
}

void* sleep_for_ever(void* /*unused*/) {
    while (true) {
        ::pause();
    }
}

[[noreturn]] void sleep_with(unsigned threads) {
    for (unsigned made = 0; made < threads; ++made) {
        pthread_t thread{};
        static_cast<void>(::pthread_create(&thread, nullptr, sleep_for_ever, nullptr));
    }
    while (true) {
        ::pause();
    }
}

std::string thread_state(pid_t tid) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    ::sched_getaffinity(tid, sizeof cpus, &cpus);
    std::string state = "pCPUs";
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        state += CPU_ISSET(cpu, &cpus) ? " " + std::to_string(cpu) : "";
    }
    state += ", policy " + std::to_string(::sched_getscheduler(tid));
    std::istringstream groups(text_of("/proc/" + std::to_string(tid) + "/cgroup"));
    for (std::string line; std::getline(groups, line);) {
        state += line.find(":cpuset:") != std::string::npos ? ", " + line.substr(line.find_last_of('/')) : "";
    }
    return state;
}

} // namespace

StandInQemu::StandInQemu(const std::string& cgroup) {
    std::array<int, 2> report{};
    expect(::pipe2(report.data(), O_CLOEXEC) == 0, "pipe2");
    pid_ = ::fork();
    expect(pid_ >= 0, "fork");
    if (pid_ == 0) {
        ::close(report[0]);
        be_qemu(cgroup, report[1]);
    }
    ::close(report[1]);
    std::vector<pid_t> threads(kThreadNames.size());
    for (auto& thread : threads) { // a read returns nothing when it died
        expect(::read(report[0], &thread, sizeof thread) == sizeof thread, "the stand-in for QEMU");
    }
    ::close(report[0]);
    threads_.resize(threads.size());
    for (const pid_t tid : threads) { // they report in any order
        const std::string name = text_of("/proc/" + std::to_string(tid) + "/comm");
        threads_.at(static_cast<std::size_t>(std::ranges::find(kThreadNames, name) - kThreadNames.begin())) =
            tid;
    }
}

StandInQemu::~StandInQemu() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

std::string StandInQemu::status_file() const {
    std::string xml = status_xml(pid_, threads_[0]);
    const std::string guess = "<vcpu id='1' pid='" + std::to_string(threads_[0] + 1) + "'/>";
    xml.replace(xml.find(guess), guess.size(), "<vcpu id='1' pid='" + std::to_string(threads_[1]) + "'/>");
    return xml;
}

std::map<std::string, std::string> StandInQemu::state() const {
    std::map<std::string, std::string> state{{"qemu-system-x86", thread_state(pid_)}};
    for (std::size_t index = 0; index < threads_.size(); ++index) {
        state.emplace(kThreadNames.at(index), thread_state(threads_[index]));
    }
    return state;
}

HookWorld::HookWorld(const HostSize& size) {
    constexpr unsigned kFirstIrq = 24;
    const CpuSet online = CpuSet::range(0, size.pcpus - 1);
    mount_tmpfs(root_.path()); // the kernel's files are not on a disk either
    mount_tmpfs(files_.path());
    for (unsigned irq = kFirstIrq; irq < kFirstIrq + size.irqs; ++irq) {
        files_.write("irq/" + std::to_string(irq) + "/smp_affinity_list",
                     irq == kFirstIrq ? "0\n" : online.to_cpulist() + "\n");
    }
    files_.write("irq/default_smp_affinity", online.to_mask() + "\n");
    files_.write("sysctl/kernel/osrelease", text_of("/proc/sys/kernel/osrelease"));
    files_.write("sysctl/kernel/random/boot_id", text_of("/proc/sys/kernel/random/boot_id"));
    root_.write("sys/devices/system/cpu/online", online.to_cpulist() + "\n");
    root_.write("sys/devices/virtual/workqueue/cpumask", online.to_mask() + "\n");
    mount_all(size.state_on_disk);
    fs::create_directories(root_.path("run/libvirt/qemu"));
    make_cgroups();
    make_processes(size);
}

HookWorld::~HookWorld() {
    qemu_.reset();
    for (const pid_t process : processes_) {
        ::kill(process, SIGKILL);
    }
    for (const pid_t process : processes_) {
        ::waitpid(process, nullptr, 0);
    }
    std::ranges::reverse(mounts_);
    for (const auto& mount : mounts_) {
        ::umount2(mount.c_str(), MNT_DETACH);
    }
    if (!cgroup_.empty()) {
        for (const char* leaf : {"/emulator", "/vcpu0", "/vcpu1", ""}) {
            ::rmdir((kCpusetMount + cgroup_ + leaf).c_str());
        }
    }
}

void HookWorld::bind(const std::string& source, const std::string& target) {
    const std::string path = root_.path(target);
    fs::create_directories(path);
    expect(::mount(source.c_str(), path.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0, "bind " + target);
    mounts_.push_back(path);
}

void HookWorld::make_processes(const HostSize& size) {
    constexpr unsigned kThreadsOfOne = 25;
    unsigned extra = size.threads > size.processes ? size.threads - size.processes : 0;
    for (unsigned made = 0; made < size.processes; ++made) {
        const unsigned threads = std::min(extra, kThreadsOfOne - 1);
        extra -= threads;
        const pid_t process = ::fork();
        expect(process >= 0, "fork");
        if (process == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            sleep_with(threads);
        }
        processes_.push_back(process);
    }
}

void HookWorld::mount_tmpfs(const std::string& path) {
    fs::create_directories(path);
    expect(::mount("tmpfs", path.c_str(), "tmpfs", 0, nullptr) == 0, "mount tmpfs");
    mounts_.push_back(path);
}

void HookWorld::mount_all(bool state_on_disk) {
    if (state_on_disk) {
        bind(disk_.path(), "run");
    }
    bind("/usr", "usr");
    for (const char* name : {"lib", "lib64", "etc"}) {
        const fs::path path = fs::path("/") / name;
        if (fs::is_symlink(path)) {
            fs::copy_symlink(path, root_.path(name));
        } else if (fs::exists(path)) {
            bind(path, name);
        }
    }
    fs::create_directories(root_.path("proc"));
    expect(::mount("proc", root_.path("proc").c_str(), "proc", 0, nullptr) == 0, "mount proc");
    mounts_.push_back(root_.path("proc"));
    bind(files_.path("irq"), "proc/irq");
    bind(files_.path("sysctl"), "proc/sys");
    const fs::path engine_directory = NOVA_RT_ENGINE_DIR;
    const std::string parent = root_.path() + engine_directory.parent_path().string();
    mount_tmpfs(parent);
    fs::create_directories(root_.path() + engine_directory.string());
    fs::copy_file(NOVA_RT_HOOK_ENGINE, root_.path() + engine_directory.string() + "/nova-rt-hook-engine.so");
    fs::copy_file(NOVA_RT_HOOK, root_.path("hook"));
}

void HookWorld::make_cgroups() {
    if (!fs::exists(std::string(kCpusetMount) + "/cpuset.cpus")) {
        return;
    }
    bind(kCpusetMount, "sys/fs/cgroup/cpuset");
    cgroup_ = "/nova-rt-kill-" + fs::path(root_.path()).extension().string().substr(1);
    const std::string memory_nodes = text_of(std::string(kCpusetMount) + "/cpuset.mems");
    for (const auto& [leaf, cpus] : {std::pair("", "0-1"), std::pair("/emulator", "0"),
                                     std::pair("/vcpu0", "1"), std::pair("/vcpu1", "1")}) {
        const std::string directory = kCpusetMount + cgroup_ + leaf;
        fs::create_directory(directory);
        put(directory + "/cpuset.cpus", cpus);
        put(directory + "/cpuset.mems", memory_nodes);
    }
}

void HookWorld::restart() {
    fs::remove_all(root_.path("run/nova-rt"));
    qemu_.reset();
    qemu_ = std::make_unique<StandInQemu>(cgroup_);
    root_.write("run/libvirt/qemu/instance-00000001.xml", qemu_->status_file());
}

void HookWorld::stop_qemu() {
    qemu_.reset();
    fs::remove(root_.path("run/libvirt/qemu/instance-00000001.xml"));
}

void HookWorld::enter(const std::string& xml) const {
    const int in = ::open(xml.c_str(), O_RDONLY);
    const int out = ::open(files_.path("said").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (in < 0 || out < 0 || ::dup2(in, STDIN_FILENO) < 0 || ::dup2(out, STDOUT_FILENO) < 0 ||
        ::dup2(out, STDERR_FILENO) < 0 || ::chroot(root_.path().c_str()) != 0 || ::chdir("/") != 0) {
        ::_exit(127);
    }
}

TracedRun HookWorld::hook(const std::string& operation, const std::string& xml, std::size_t kill_after) {
    const std::string document = files_.write("stdin", xml);
    return run_traced(
        {"/hook", "instance-00000001", operation, "begin", "-"}, [&] { enter(document); }, kill_after);
}

std::chrono::microseconds HookWorld::time(const std::vector<std::string>& argv, const std::string& xml) {
    const std::string document = files_.write("stdin", xml);
    std::vector<char*> arguments;
    for (const auto& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str())); // NOLINT: execv does not write
    }
    arguments.push_back(nullptr);
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        enter(document);
        ::execv(arguments[0], arguments.data());
        ::_exit(127);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    const auto taken = std::chrono::steady_clock::now() - begin;
    if (status != 0) {
        throw std::runtime_error(argv[0] + " failed: " + said());
    }
    return std::chrono::duration_cast<std::chrono::microseconds>(taken);
}

std::chrono::microseconds HookWorld::time_hook(const std::string& operation, const std::string& xml) {
    return time({"/hook", "instance-00000001", operation, "begin", "-"}, xml);
}

std::chrono::microseconds HookWorld::time_program(const std::string& program, const std::string& xml) {
    const std::string path = root_.path("program");
    if (!fs::exists(path)) {
        fs::copy_file(program, path);
    }
    return time({"/program"}, xml);
}

std::map<std::string, std::string> HookWorld::snapshot() const {
    std::map<std::string, std::string> all = qemu_ ? qemu_->state() : std::map<std::string, std::string>{};
    for (const auto& directory : {files_.path("irq"), root_.path("sys/devices")}) {
        for (const auto& entry : fs::recursive_directory_iterator(directory)) {
            if (entry.is_regular_file()) {
                all.emplace(entry.path(), text_of(entry.path()));
            }
        }
    }
    return all;
}

std::vector<std::string> HookWorld::state_files(bool temporary) const {
    std::vector<std::string> names;
    const fs::path state = root_.path("run/nova-rt/private");
    if (!fs::exists(state)) {
        return names;
    }
    for (const auto& entry : fs::recursive_directory_iterator(state)) {
        const std::string name = entry.path().filename();
        if (entry.is_regular_file() && name != "lock" && name.starts_with(".new.") == temporary) {
            names.push_back(name);
        }
    }
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> HookWorld::state_files() const {
    return state_files(false);
}

std::vector<std::string> HookWorld::temporary_files() const {
    return state_files(true);
}

std::string HookWorld::said() const {
    return text_of(files_.path("said"));
}

int run_in_own_namespaces(int (*run_all)()) {
    if (::unshare(CLONE_NEWNS | CLONE_NEWPID) != 0 ||
        ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
        return run_all(); // the tests say what is missing
    }
    const pid_t child = ::fork();
    if (child == 0) {
        // This process is the first of its namespace: /proc must show that one.
        const bool mounted = ::mount("proc", "/proc", "proc", 0, nullptr) == 0;
        std::exit(mounted ? run_all() : 1); // NOLINT(concurrency-mt-unsafe): there is one thread
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalExit + WTERMSIG(status);
}

} // namespace nova_rt::test
