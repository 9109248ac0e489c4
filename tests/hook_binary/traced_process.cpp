#include "hook_binary/traced_process.hpp"

#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>

namespace nova_rt::test {

namespace {

constexpr int kSyscallStop = SIGTRAP | 0x80; // with PTRACE_O_TRACESYSGOOD, ptrace(2)
constexpr int kSignalExit = 128;

/// System calls that can change a file, a directory, a thread or another process.
const std::map<std::uint64_t, const char*> kChanging = {
    {SYS_write, "write"},
    {SYS_writev, "writev"},
    {SYS_pwrite64, "pwrite64"},
    {SYS_pwritev, "pwritev"},
    {SYS_sendto, "sendto"},
    {SYS_sendmsg, "sendmsg"},
    {SYS_sendmmsg, "sendmmsg"},
    {SYS_renameat, "renameat"},
    {SYS_renameat2, "renameat2"},
    {SYS_unlinkat, "unlinkat"},
    {SYS_mkdirat, "mkdirat"},
    {SYS_linkat, "linkat"},
    {SYS_symlinkat, "symlinkat"},
    {SYS_ftruncate, "ftruncate"},
    {SYS_truncate, "truncate"},
    {SYS_fallocate, "fallocate"},
    {SYS_fchmod, "fchmod"},
    {SYS_fchmodat, "fchmodat"},
    {SYS_fchown, "fchown"},
    {SYS_fchownat, "fchownat"},
    {SYS_sched_setaffinity, "sched_setaffinity"},
    {SYS_sched_setscheduler, "sched_setscheduler"},
    {SYS_sched_setparam, "sched_setparam"},
    {SYS_sched_setattr, "sched_setattr"},
    {SYS_setpriority, "setpriority"},
    {SYS_prlimit64, "prlimit64"},
    {SYS_kill, "kill"},
    {SYS_mount, "mount"},
    {SYS_umount2, "umount2"},
#ifdef SYS_rename // only the older architectures have these
    {SYS_rename, "rename"},
    {SYS_unlink, "unlink"},
    {SYS_rmdir, "rmdir"},
    {SYS_mkdir, "mkdir"},
    {SYS_link, "link"},
    {SYS_symlink, "symlink"},
    {SYS_chmod, "chmod"},
    {SYS_chown, "chown"},
#endif
};

using Entry = decltype(__ptrace_syscall_info::entry);

/// What the call changes if it succeeds; nothing when it changes nothing.
std::optional<std::string> change_of(const Entry& call) {
    const auto writes = call.nr == SYS_write || call.nr == SYS_writev;
    if (writes && (call.args[0] == STDOUT_FILENO || call.args[0] == STDERR_FILENO)) {
        return std::nullopt;
    }
    if (call.nr == SYS_prlimit64 && call.args[2] == 0) {
        return std::nullopt; // only asks
    }
    if (call.nr == SYS_openat && (call.args[2] & static_cast<std::uint64_t>(O_CREAT | O_TRUNC)) != 0) {
        return "openat";
    }
#ifdef SYS_open
    if (call.nr == SYS_open && (call.args[1] & static_cast<std::uint64_t>(O_CREAT | O_TRUNC)) != 0) {
        return "open";
    }
#endif
    const auto found = kChanging.find(call.nr);
    return found == kChanging.end() ? std::nullopt : std::optional<std::string>(found->second);
}

/// Follows one child from stop to stop.
class Tracer {
public:
    Tracer(pid_t child, std::size_t kill_after) : child_(child), kill_after_(kill_after) {}

    TracedRun follow() {
        int status = wait();
        constexpr long kOptions = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACEEXEC;
        if (::ptrace(PTRACE_SETOPTIONS, child_, nullptr, kOptions) != 0) {
            throw std::runtime_error("PTRACE_SETOPTIONS");
        }
        int signal = 0; // the first stop is our own
        while (true) {
            ::ptrace(PTRACE_SYSCALL, child_, nullptr, signal);
            status = wait();
            if (!WIFSTOPPED(status)) {
                break;
            }
            signal = at_stop(status);
        }
        run_.status = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalExit + WTERMSIG(status);
        return run_;
    }

private:
    int wait() const {
        int status = 0;
        if (::waitpid(child_, &status, __WALL) != child_) {
            throw std::runtime_error("waitpid");
        }
        return status;
    }

    /// The signal to go on with.
    int at_stop(int status) {
        if (status >> 8 == (SIGTRAP | (PTRACE_EVENT_EXEC << 8))) {
            running_ = true;
            return 0;
        }
        if (WSTOPSIG(status) == kSyscallStop) {
            at_syscall();
            return 0;
        }
        return WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
    }

    void at_syscall() {
        __ptrace_syscall_info info{};
        if (::ptrace(PTRACE_GET_SYSCALL_INFO, child_, sizeof info, &info) <= 0) {
            throw std::runtime_error("PTRACE_GET_SYSCALL_INFO");
        }
        if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
            pending_ = change_of(info.entry);
            run_.calls += running_ ? 1 : 0;
            run_.flushes += info.entry.nr == SYS_fsync || info.entry.nr == SYS_fdatasync ? 1 : 0;
        } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && running_ && pending_ && info.exit.is_error == 0) {
            run_.changes.push_back(*pending_);
            if (run_.changes.size() == kill_after_) {
                run_.killed = ::kill(child_, SIGKILL) == 0;
            }
        }
    }

    pid_t child_;
    std::size_t kill_after_;
    bool running_ = false; ///< behind execve: what comes before is this test's own
    std::optional<std::string> pending_;
    TracedRun run_;
};

} // namespace

TracedRun run_traced(const std::vector<std::string>& argv, const std::function<void()>& enter,
                     std::size_t kill_after) {
    std::vector<char*> arguments;
    for (const auto& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str())); // NOLINT: execv does not write
    }
    arguments.push_back(nullptr);
    const pid_t child = ::fork();
    if (child < 0) {
        throw std::runtime_error("fork");
    }
    if (child == 0) {
        enter();
        if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0) {
            ::raise(SIGSTOP);
            ::execv(arguments[0], arguments.data());
        }
        ::_exit(127);
    }
    return Tracer(child, kill_after).follow();
}

} // namespace nova_rt::test
