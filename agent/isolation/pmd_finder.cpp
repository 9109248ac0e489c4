#include "isolation/pmd_finder.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace nova_rt {

namespace {

/// Debian calls it ovs-vswitchd-dpdk, others ovs-vswitchd.dpdk.
constexpr std::string_view kSwitchProgram = "ovs-vswitchd";
/// What the kernel appends to the link of a program that was replaced while it runs.
constexpr std::string_view kDeleted = " (deleted)";
constexpr std::string_view kNameStart = "pmd-c";
constexpr std::string_view kNameMiddle = "/id:";
constexpr std::size_t kMaxPmdThreads = 4096;

/// The executable's file name when it is a switch's.
std::optional<std::string> switch_program(const HostReader& reader, const std::string& pid) {
    const auto link = reader.read_link("proc/" + pid + "/exe");
    if (!link) {
        return std::nullopt;
    }
    std::string_view path = *link;
    if (path.ends_with(kDeleted)) {
        path.remove_suffix(kDeleted.size());
    }
    const auto name = path.substr(path.rfind('/') + 1); // all of it when there is none
    return name.starts_with(kSwitchProgram) ? std::optional<std::string>(name) : std::nullopt;
}

/// The kernel cuts names at 15 bytes: the last number may be shorter than it was.
bool is_pmd_name(std::string_view comm) {
    if (!comm.starts_with(kNameStart)) {
        return false;
    }
    comm.remove_prefix(kNameStart.size());
    const auto middle = comm.find(kNameMiddle);
    return middle != std::string_view::npos && parse_number<unsigned>(comm.substr(0, middle)) &&
           parse_number<unsigned>(comm.substr(middle + kNameMiddle.size()));
}

void add_threads(const PmdPorts& ports, Pid process, const std::string& program,
                 std::vector<PmdThread>& found) {
    const auto listed = ports.lister.threads_of(process);
    for (const auto& thread : listed ? *listed : std::vector<ThreadInfo>{}) {
        if (found.size() >= kMaxPmdThreads || !is_pmd_name(thread.comm)) {
            continue;
        }
        const auto affinity = ports.threads.affinity(thread.identity.tid);
        if (affinity && affinity->size() == 1) {
            found.push_back({.pcpu = PcpuId{*affinity->first()},
                             .tid = thread.identity.tid,
                             .process = process,
                             .comm = thread.comm,
                             .program = program});
        }
    }
}

} // namespace

std::vector<PmdThread> find_pmd_threads(const PmdPorts& ports) {
    std::vector<PmdThread> found;
    const auto names = ports.reader.list("proc");
    for (const auto& name : names ? *names : std::vector<std::string>{}) {
        const auto pid = parse_number<std::int32_t>(name);
        const auto program = pid ? switch_program(ports.reader, name) : std::nullopt;
        if (program) {
            add_threads(ports, Pid{*pid}, *program, found);
        }
    }
    std::ranges::sort(found, {}, [](const PmdThread& thread) { return std::pair(thread.pcpu, thread.tid); });
    return found;
}

} // namespace nova_rt
