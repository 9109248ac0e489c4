#include "services/cpu_census.hpp"

#include "base/text.hpp"

#include <map>
#include <string>

namespace nova_rt {

namespace {

constexpr const char* kCpuDirectory = "sys/devices/system/cpu";
constexpr const char* kNodeDirectory = "sys/devices/system/node";

Result<CpuSet> read_cpus(const HostReader& reader, const std::string& path) {
    NOVA_RT_TRY_ASSIGN(text, reader.read(path));
    return CpuSet::from_cpulist(text);
}

/// none when the kernel does not say (offline CPUs, -1 for "unknown").
std::optional<unsigned> read_number(const HostReader& reader, const std::string& path) {
    const auto text = reader.read(path);
    return text ? parse_number<unsigned>(*text) : std::nullopt;
}

/// Empty on a kernel without NUMA.
std::map<unsigned, HostCellId> cells_of_cpus(const HostReader& reader) {
    std::map<unsigned, HostCellId> cells;
    const auto names = reader.list(kNodeDirectory);
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        const auto id = name.starts_with("node") ? parse_number<unsigned>(std::string_view(name).substr(4))
                                                 : std::nullopt;
        const auto cpus = id ? read_cpus(reader, std::string(kNodeDirectory) + "/" + name + "/cpulist")
                             : Result<CpuSet>(CpuSet{});
        for (const unsigned cpu : cpus ? *cpus : CpuSet{}) {
            cells.emplace(cpu, HostCellId{*id});
        }
    }
    return cells;
}

CpuStatus read_cpu(const HostReader& reader, unsigned id, bool online) {
    const std::string topology = std::string(kCpuDirectory) + "/cpu" + std::to_string(id) + "/topology/";
    CpuStatus cpu;
    cpu.id = PcpuId{id};
    cpu.online = online;
    cpu.package = read_number(reader, topology + "physical_package_id");
    cpu.core = read_number(reader, topology + "core_id");
    cpu.siblings = read_cpus(reader, topology + "thread_siblings_list").value_or(CpuSet{});
    return cpu;
}

/// The vCPU of the guest that is pinned to the CPU.
std::optional<VcpuId> vcpu_on(const GuestDomain& guest, unsigned cpu) {
    for (const auto& [vcpu, cpus] : guest.vcpu_pins) {
        if (cpus.size() == 1 && cpus.contains(cpu)) {
            return vcpu;
        }
    }
    return std::nullopt;
}

CpuClass class_of(const CpuStatus& cpu, const NovaCpuSets& nova, const CpuSet& realtime,
                  const CpuSet& polled) {
    const unsigned id = cpu.id.value;
    if (!cpu.online) {
        return CpuClass::Other;
    }
    if (realtime.contains(id)) {
        return CpuClass::Realtime;
    }
    if (polled.contains(id)) {
        return CpuClass::Pmd;
    }
    if (cpu.guest || (nova.dedicated && nova.dedicated->contains(id))) {
        return CpuClass::Dedicated;
    }
    return nova.shared && nova.shared->contains(id) ? CpuClass::Shared : CpuClass::Housekeeping;
}

} // namespace

Result<std::vector<CpuStatus>> read_cpu_census(const HostReader& reader) {
    NOVA_RT_TRY_ASSIGN(present, read_cpus(reader, std::string(kCpuDirectory) + "/present"));
    NOVA_RT_TRY_ASSIGN(online, read_cpus(reader, std::string(kCpuDirectory) + "/online"));
    const auto cells = cells_of_cpus(reader);
    std::vector<CpuStatus> cpus;
    for (const unsigned id : present) {
        CpuStatus cpu = read_cpu(reader, id, online.contains(id));
        if (const auto cell = cells.find(id); cell != cells.end()) {
            cpu.cell = cell->second;
        }
        cpus.push_back(std::move(cpu));
    }
    return cpus;
}

void classify_cpus(std::vector<CpuStatus>& cpus, const CpuUsers& users) {
    const CpuSet polled = pcpus_of(users.pmds);
    CpuSet realtime;
    for (const auto& guest : users.guests) {
        realtime |= guest.realtime_pcpus();
    }
    for (auto& cpu : cpus) {
        for (const auto& guest : users.guests) {
            const auto vcpu = vcpu_on(guest, cpu.id.value);
            if (vcpu && (!cpu.guest || guest.uuid < *cpu.guest)) {
                cpu.guest = guest.uuid;
                cpu.vcpu = vcpu;
            }
        }
        cpu.cpu_class = class_of(cpu, users.nova, realtime, polled);
    }
}

} // namespace nova_rt
