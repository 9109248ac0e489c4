#include "services/thread_report.hpp"

#include "base/text.hpp"
#include "knobs/qemu_thread_placement.hpp"

#include <algorithm>
#include <string_view>

namespace nova_rt {

namespace {

/// More threads than any QEMU has; a guest that escaped into QEMU shall not slow the agent down.
constexpr std::size_t kMaxThreads = 4096;

struct Role {
    ThreadRole role = ThreadRole::Emulator;
    std::optional<unsigned> index;
};

Role role_of(const ThreadInfo& thread, const GuestThreads& guest) {
    constexpr std::string_view kIoThread = "IO iothread";
    for (const auto& [vcpu, tid] : guest.vcpus) {
        if (tid == thread.identity.tid) {
            return {ThreadRole::Vcpu, vcpu.value};
        }
    }
    const std::string_view comm = thread.comm;
    if (comm.starts_with(kIoThread)) {
        return {ThreadRole::IoThread, parse_number<unsigned>(comm.substr(kIoThread.size()))};
    }
    if (comm.starts_with("vhost-")) {
        return {ThreadRole::Vhost, std::nullopt};
    }
    return {comm.starts_with("kvm-") ? ThreadRole::KernelHelper : ThreadRole::Emulator, std::nullopt};
}

/// none when the thread has ended meanwhile.
std::optional<ThreadStatus> describe_thread(const ThreadPorts& ports, const ThreadInfo& thread,
                                            const GuestThreads& guest) {
    const auto affinity = ports.control.affinity(thread.identity.tid);
    const auto scheduling = ports.control.scheduling(thread.identity.tid);
    if (!affinity || !scheduling) {
        return std::nullopt;
    }
    const Role role = role_of(thread, guest);
    ThreadStatus status;
    status.tid = thread.identity.tid;
    status.role = role.role;
    status.index = role.index;
    status.comm = thread.comm;
    status.affinity = *affinity;
    status.scheduling = *scheduling;
    return status;
}

bool is_about(const Finding& finding, const ThreadStatus& thread) {
    if (thread.role == ThreadRole::Vcpu && thread.index &&
        finding.subject == "vCPU " + std::to_string(*thread.index)) {
        return true;
    }
    return finding.subject.starts_with("thread " + std::to_string(thread.tid.value) + " ");
}

CheckState severity_of(Finding::Severity severity) {
    switch (severity) {
    case Finding::Severity::Info:
        return CheckState::Pass;
    case Finding::Severity::Warning:
        return CheckState::Warn;
    case Finding::Severity::Error:
        return CheckState::Fail;
    }
    return CheckState::Fail;
}

} // namespace

std::vector<ThreadStatus> read_process_threads(const ThreadPorts& ports, const GuestThreads& guest) {
    std::vector<ThreadStatus> threads;
    const auto listed = ports.lister.threads_of(guest.qemu);
    for (const auto& thread : listed ? *listed : std::vector<ThreadInfo>{}) {
        if (threads.size() == kMaxThreads) {
            break;
        }
        if (auto status = describe_thread(ports, thread, guest)) {
            threads.push_back(*std::move(status));
        }
    }
    return threads;
}

std::vector<ThreadStatus> read_helper_threads(const ThreadPorts& ports, const GuestThreads& guest) {
    std::vector<ThreadStatus> threads;
    const auto listed = ports.lister.kernel_threads();
    for (const auto& thread : listed ? *listed : std::vector<ThreadInfo>{}) {
        auto status = is_guest_helper_name(thread.comm, guest.qemu) ? describe_thread(ports, thread, guest)
                                                                    : std::nullopt;
        if (status) {
            threads.push_back(*std::move(status));
        }
    }
    return threads;
}

ReportedFinding to_reported(const Finding& finding) {
    return {std::string(to_string(finding.kind)), severity_of(finding.severity), finding.subject,
            finding.text};
}

void attach_findings(GuestStatus& guest, const std::vector<Finding>& findings) {
    for (const auto& finding : findings) {
        const auto thread = std::ranges::find_if(
            guest.threads, [&](const ThreadStatus& candidate) { return is_about(finding, candidate); });
        auto& owner = thread == guest.threads.end() ? guest.findings : thread->findings;
        owner.push_back(to_reported(finding));
    }
}

} // namespace nova_rt
