#include "support/fixture_host.hpp"

#include "base/text.hpp"
#include "model/setting.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace nova_rt::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kCpusetMount = "sys/fs/cgroup/cpuset";
constexpr const char* kCgroup2Mount = "sys/fs/cgroup";

/// In memory where there is one: the journal is made durable hundreds of times.
fs::path temporary_directory() {
    const fs::path memory = "/dev/shm";
    return fs::is_directory(memory) ? memory : fs::temp_directory_path();
}

std::string thread_directory(int tid) {
    return "proc/" + std::to_string(tid);
}

bool leads_to_vcpu(const std::string& cgroup) {
    return cgroup.find("/vcpu") != std::string::npos;
}

std::string stat_line(const FixtureThread& thread, bool kernel) {
    std::string line = std::to_string(thread.tid) + " (" + thread.comm + ") S";
    for (int field = 4; field <= 52; ++field) {
        std::string value = "0";
        if (field == 9 && kernel) {
            value = thread.fixed ? "69206016" : "2097152";
        } else if (field == 22) {
            value = std::to_string(1000 + thread.tid);
        } else if (field == 40) {
            value = std::to_string(thread.scheduling.priority);
        } else if (field == 41) {
            value = std::to_string(static_cast<int>(thread.scheduling.policy));
        }
        line += " " + value;
    }
    return line;
}

std::string file_text(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

Status injected(int error, const std::string& what) {
    return error == 0 ? Status{} : Status(fail(system_error(error, what)));
}

} // namespace

int FaultPlan::take() {
    ++steps;
    const bool fails = fail_from > 0 && steps >= fail_from && steps < fail_from + fail_count;
    return fails ? fail_errno : 0;
}

void FaultPlan::done() const {
    if (kill_after > 0 && steps == kill_after) {
        ::kill(::getpid(), SIGKILL);
    }
}

FixtureHost::FixtureHost(unsigned cpus) : cpus_(cpus) {
    std::string pattern = (temporary_directory() / "nova-rt-host-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("mkdtemp");
    }
    directory_ = pattern;
    const CpuSet online = CpuSet::range(0, cpus - 1);
    put("proc/sys/kernel/random/boot_id", "6b1f7f4e-0000-4000-8000-000000000001\n");
    put("proc/sys/kernel/sched_rt_runtime_us", "-1\n");
    put("proc/sys/kernel/osrelease", "6.1.0-rt\n");
    put("proc/self/mountinfo", "30 25 0:26 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset\n");
    put("proc/irq/default_smp_affinity", online.to_mask() + "\n");
    set_online(online);
    put("proc/sys/kernel/watchdog_cpumask", online.to_cpulist() + "\n");
    put("sys/devices/virtual/workqueue/writeback/cpumask", online.to_mask() + "\n");
    put("sys/class/net/eth0/queues/rx-0/rps_cpus", online.to_mask() + "\n");
    put("sys/class/net/eth0/queues/rx-1/rps_cpus", "0\n");
    put("sys/devices/virtual/workqueue/cpumask", online.to_mask() + "\n");
}

FixtureHost::~FixtureHost() {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
}

void FixtureHost::put(const std::string& path, const std::string& text) const {
    const fs::path file = fs::path(root()) / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
}

std::string FixtureHost::get(const std::string& path) const {
    return std::string(trimmed(file_text(fs::path(root()) / path)));
}

void FixtureHost::erase(const std::string& path) const {
    fs::remove_all(fs::path(root()) / path);
}

void FixtureHost::put_link(const std::string& path, const std::string& target) const {
    const fs::path link = fs::path(root()) / path;
    fs::create_directories(link.parent_path());
    fs::create_symlink(target, link);
}

void FixtureHost::add_switch(int pid, int tid, unsigned pcpu) const {
    const CpuSet all = CpuSet::range(0, cpus_ - 1);
    const std::string cgroup = "/system.slice/ovs-vswitchd.service";
    const std::string name = "pmd-c0" + std::to_string(pcpu) + "/id:9";
    add_process(pid,
                {{.tid = pid, .comm = "ovs-vswitchd", .affinity = all, .scheduling = {}, .cgroup = cgroup},
                 {.tid = tid, .comm = name, .affinity = {pcpu}, .scheduling = {}, .cgroup = cgroup}});
    put_link("proc/" + std::to_string(pid) + "/exe", "/usr/sbin/ovs-vswitchd");
}

void FixtureHost::add_irq(unsigned number, const std::string& cpulist) const {
    const std::string directory = "proc/irq/" + std::to_string(number);
    put(directory + "/smp_affinity_list", cpulist + "\n");
    put(directory + "/effective_affinity_list", cpulist + "\n");
}

void FixtureHost::add_managed_irq(unsigned number, const std::string& cpulist) {
    add_irq(number, cpulist);
    managed_[number] = true;
}

void FixtureHost::add_lagging_irq(unsigned number, const std::string& cpulist) {
    add_irq(number, cpulist);
    lagging_[number] = true;
}

std::string FixtureHost::irq(unsigned number) const {
    return get("proc/irq/" + std::to_string(number) + "/smp_affinity_list");
}

void FixtureHost::put_thread(const std::string& directory, const FixtureThread& thread, bool kernel) const {
    put(directory + "/stat", stat_line(thread, kernel) + "\n");
    const std::string own = thread_directory(thread.tid);
    put(own + "/stat", stat_line(thread, kernel) + "\n");
    put(own + "/cgroup", membership(thread.cgroup));
    put_affinity(thread.tid, thread.affinity);
    put(own + "/fixture_scheduling", encode_scheduling(thread.scheduling));
    if (cgroup2_) {
        cpuset().add(thread.cgroup, leads_to_vcpu(thread.cgroup) ? thread.affinity.to_cpulist() : "");
        return;
    }
    const std::string cgroup = kCpusetMount + thread.cgroup;
    put(cgroup + "/tasks", "");
    put(cgroup + "/cpuset.cpus", leads_to_vcpu(thread.cgroup) ? thread.affinity.to_cpulist() : "0-8191");
}

void FixtureHost::add_process(int pid, const std::vector<FixtureThread>& threads) const {
    for (const auto& thread : threads) {
        put_thread(thread_directory(pid) + "/task/" + std::to_string(thread.tid), thread, false);
    }
}

void FixtureHost::add_kernel_thread(const FixtureThread& thread) const {
    put_thread(thread_directory(thread.tid), thread, true);
}

void FixtureHost::put_affinity(int tid, const CpuSet& cpus) const {
    put(thread_directory(tid) + "/fixture_affinity", cpus.to_cpulist());
    put(thread_directory(tid) + "/status", "Name:\tx\nCpus_allowed_list:\t" + cpus.to_cpulist() + "\n");
}

void FixtureHost::set_online(const CpuSet& cpus) const {
    const CpuSet all = CpuSet::range(0, cpus_ - 1);
    put("sys/devices/system/cpu/offline", (all - cpus).to_cpulist() + "\n");
    put("sys/devices/system/cpu/online", cpus.to_cpulist() + "\n");
}

void FixtureHost::end_process(int pid, const std::vector<int>& tids) const {
    erase(thread_directory(pid));
    for (const int tid : tids) {
        erase(thread_directory(tid));
    }
}

std::map<std::string, std::string> FixtureHost::snapshot() const {
    std::map<std::string, std::string> values;
    for (const auto& entry : fs::recursive_directory_iterator(root())) {
        const std::string name = entry.path().filename().string();
        const bool counts = entry.is_regular_file() && !name.starts_with("effective_") && name != "tasks" &&
                            name != "cgroup.threads";
        if (counts) {
            values[fs::relative(entry.path(), root()).string()] =
                std::string(trimmed(file_text(entry.path())));
        }
    }
    return values;
}

std::map<std::string, std::string> FixtureHost::state_snapshot() const {
    std::map<std::string, std::string> files;
    if (!fs::exists(state())) {
        return files;
    }
    for (const auto& entry : fs::recursive_directory_iterator(state())) {
        const std::string name = entry.path().filename().string();
        if (entry.is_regular_file() && name != "lock" && !name.starts_with(".new.")) {
            files[fs::relative(entry.path(), state()).string()] = file_text(entry.path());
        }
    }
    return files;
}

int FixtureHost::kernel_write(const std::string& path, const std::string& value) const {
    if (!fs::exists(fs::path(root()) / path)) {
        return ENOENT;
    }
    const CpuSet online = CpuSet::range(0, cpus_ - 1);
    if (path.ends_with("smp_affinity_list")) {
        const auto number = parse_number<unsigned>(fs::path(path).parent_path().filename().string());
        const auto cpus = CpuSet::from_cpulist(value);
        if (number && managed_.contains(*number)) {
            return EIO;
        }
        if (!cpus || !cpus->intersects(online)) {
            return EINVAL;
        }
        if (number && !lagging_.contains(*number)) {
            put(fs::path(path).parent_path().string() + "/effective_affinity_list", cpus->to_cpulist());
        }
    }
    if (path.ends_with("default_smp_affinity") || path.ends_with("/cpumask") || path.ends_with("ps_cpus")) {
        const auto cpus = CpuSet::from_mask(value);
        if (!cpus || !cpus->intersects(online)) {
            return EINVAL;
        }
    }
    if (path.ends_with("/tasks") || path.ends_with("/cgroup.threads")) {
        const std::string mount = cgroup2_ ? kCgroup2Mount : kCpusetMount;
        put(thread_directory(std::stoi(value)) + "/cgroup",
            membership(fs::path(path).parent_path().string().substr(mount.size())));
        return 0;
    }
    const std::string file = fs::path(path).filename().string();
    if (cgroup2_ && file.starts_with("cpuset.")) {
        const CpuSet before = cpuset().effective("/");
        const int error = cpuset().write(
            fs::path(path).parent_path().string().substr(std::string(kCgroup2Mount).size()), file, value);
        if (cpuset().effective("/") != before) {
            flatten_kernel_threads();
        }
        return error;
    }
    put(path, value + "\n");
    return 0;
}

Status FixtureWriter::write(std::string_view path, std::string_view value) {
    const std::string what = "write " + std::string(value) + " to /" + std::string(path);
    int error = faults_.take();
    if (error == 0) {
        error = host_.kernel_write(std::string(path), std::string(value));
    }
    faults_.done();
    return injected(error, what);
}

Result<std::string> FixtureThreadControl::attribute(Tid thread, const std::string& name) const {
    const std::string path = thread_directory(thread.value) + "/" + name;
    if (!fs::exists(fs::path(host_.root()) / path)) {
        return fail(system_error(ESRCH, "thread " + std::to_string(thread.value)));
    }
    return host_.get(path);
}

Result<CpuSet> FixtureThreadControl::affinity(Tid thread) const {
    NOVA_RT_TRY_ASSIGN(text, attribute(thread, "fixture_affinity"));
    NOVA_RT_TRY_ASSIGN(cpus, CpuSet::from_cpulist(text));
    NOVA_RT_TRY_ASSIGN(online, CpuSet::from_cpulist(host_.get("sys/devices/system/cpu/online")));
    return cpus & online;
}

Result<Scheduling> FixtureThreadControl::scheduling(Tid thread) const {
    NOVA_RT_TRY_ASSIGN(text, attribute(thread, "fixture_scheduling"));
    return decode_scheduling(text);
}

Status FixtureThreadControl::set_affinity(Tid thread, const CpuSet& cpus) {
    NOVA_RT_TRY(attribute(thread, "fixture_affinity"));
    int error = faults_.take();
    const bool fixed =
        host_.get(thread_directory(thread.value) + "/stat").find(" 69206016 ") != std::string::npos;
    if (error == 0 && (fixed || !cpus.intersects(host_.allowed(thread.value)))) {
        error = EINVAL;
    }
    if (error == 0) {
        host_.put_affinity(thread.value, cpus);
    }
    faults_.done();
    return injected(error, "set affinity of thread " + std::to_string(thread.value));
}

Status FixtureThreadControl::set_scheduling(Tid thread, Scheduling scheduling) {
    NOVA_RT_TRY(attribute(thread, "fixture_scheduling"));
    const int error = faults_.take();
    if (error == 0) {
        host_.put(thread_directory(thread.value) + "/fixture_scheduling", encode_scheduling(scheduling));
    }
    faults_.done();
    return injected(error, "set scheduling of thread " + std::to_string(thread.value));
}

} // namespace nova_rt::test
