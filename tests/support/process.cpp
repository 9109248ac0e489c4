#include "support/process.hpp"

#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

extern char** environ;

namespace nova_rt::test {

namespace {

struct Pipe {
    UniqueFd read_end;
    UniqueFd write_end;

    Pipe() {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("pipe2");
        }
        read_end.reset(ends[0]);
        write_end.reset(ends[1]);
    }
};

pid_t spawn(const std::vector<std::string>& argv, int in, int out, int err) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    posix_spawn_file_actions_adddup2(&actions, err, 2);
    std::vector<char*> arguments;
    for (const auto& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str())); // NOLINT: posix_spawn does not write
    }
    arguments.push_back(nullptr);
    pid_t pid = -1;
    const int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        throw std::runtime_error("cannot run " + argv[0] + ": " + std::strerror(error));
    }
    return pid;
}

/// Reads what is there; false at end of file.
bool drain(const UniqueFd& fd, std::string& into) {
    std::array<char, 16384> buffer{};
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    if (count <= 0) {
        return false;
    }
    into.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
}

int exit_status(pid_t pid) {
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace

Finished run(const std::vector<std::string>& argv, std::string_view input, std::chrono::seconds deadline) {
    using Clock = std::chrono::steady_clock;
    std::signal(SIGPIPE, SIG_IGN);
    Pipe in;
    Pipe out;
    Pipe err;
    const auto began = Clock::now();
    const pid_t pid = spawn(argv, in.read_end.get(), out.write_end.get(), err.write_end.get());
    in.read_end.reset();
    out.write_end.reset();
    err.write_end.reset();
    ::fcntl(in.write_end.get(), F_SETFL, O_NONBLOCK);

    Finished finished;
    bool timed_out = false;
    while (out.read_end || err.read_end) {
        if (input.empty()) {
            in.write_end.reset();
        }
        std::array<pollfd, 3> fds{{{in.write_end.get(), POLLOUT, 0},
                                   {out.read_end.get(), POLLIN, 0},
                                   {err.read_end.get(), POLLIN, 0}}};
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(began + deadline - Clock::now());
        if (left.count() <= 0) {
            timed_out = true;
            ::kill(pid, SIGKILL);
            break;
        }
        if (::poll(fds.data(), fds.size(), static_cast<int>(left.count())) <= 0) {
            continue;
        }
        if (fds[0].revents != 0) {
            const ssize_t count = ::write(in.write_end.get(), input.data(), input.size());
            if (count > 0) {
                input.remove_prefix(static_cast<std::size_t>(count));
            } else if (errno != EAGAIN) {
                input = {};
            }
        }
        if (fds[1].revents != 0 && !drain(out.read_end, finished.out)) {
            out.read_end.reset();
        }
        if (fds[2].revents != 0 && !drain(err.read_end, finished.err)) {
            err.read_end.reset();
        }
    }
    const int status = exit_status(pid);
    finished.status = timed_out ? -1 : status;
    finished.wall = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - began);
    return finished;
}

} // namespace nova_rt::test
