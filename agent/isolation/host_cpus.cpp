#include "isolation/host_cpus.hpp"

#include "base/text.hpp"
#include "isolation/observer.hpp"

#include <array>
#include <string>

namespace nova_rt {

namespace {

constexpr const char* kNodes = "sys/devices/system/node";
constexpr std::string_view kNodePrefix = "node";
constexpr std::array kPartitionFiles = {"sys/fs/cgroup/cpuset.cpus.isolated",
                                        "sys/fs/cgroup/unified/cpuset.cpus.isolated"};

CpuSet read_cpus(const HostReader& files, const std::string& path) {
    const auto text = files.read(path);
    return text ? CpuSet::from_cpulist(*text).value_or(CpuSet{}) : CpuSet{};
}

std::map<unsigned, CpuSet> read_nodes(const HostReader& files, const CpuSet& online) {
    std::map<unsigned, CpuSet> nodes;
    const auto names = files.list(kNodes);
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        const auto number = name.starts_with(kNodePrefix)
                                ? parse_number<unsigned>(std::string_view(name).substr(kNodePrefix.size()))
                                : std::nullopt;
        if (!number) {
            continue; // "online", "possible", ...
        }
        const CpuSet cpus = read_cpus(files, std::string(kNodes) + "/" + name + "/cpulist") & online;
        if (!cpus.empty()) {
            nodes.emplace(*number, cpus);
        }
    }
    return nodes;
}

} // namespace

Result<HostCpus> read_host_cpus(const HostReader& files, const CpuSet& cpus) {
    HostCpus host;
    NOVA_RT_TRY_ASSIGN(online, online_cpus(files));
    host.online = online;
    host.nodes = read_nodes(files, online);
    for (const unsigned cpu : cpus) {
        const CpuSet siblings = read_cpus(files, "sys/devices/system/cpu/cpu" + std::to_string(cpu) +
                                                     "/topology/thread_siblings_list");
        if (!siblings.empty()) {
            host.siblings.emplace(cpu, siblings);
        }
    }
    for (const char* file : kPartitionFiles) {
        host.partitioned |= read_cpus(files, file);
    }
    // Newer kernels list isolcpus= there too.
    host.partitioned -= read_cpus(files, "sys/devices/system/cpu/isolated");
    return host;
}

} // namespace nova_rt
