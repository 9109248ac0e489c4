#include "support/background_process.hpp"

#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

extern char** environ;

namespace nova_rt::test {

BackgroundProcess::BackgroundProcess(const std::vector<std::string>& argv) {
    std::vector<char*> arguments;
    for (const auto& argument : argv) {
        arguments.push_back(const_cast<char*>(argument.c_str())); // NOLINT: posix_spawn does not write
    }
    arguments.push_back(nullptr);
    if (const int error = ::posix_spawnp(&pid_, arguments[0], nullptr, nullptr, arguments.data(), environ);
        error != 0) {
        throw std::runtime_error("cannot run " + argv[0] + ": " + std::strerror(error));
    }
}

BackgroundProcess::~BackgroundProcess() {
    if (pid_ <= 0) {
        return;
    }
    ::kill(pid_, SIGTERM);
    for (int attempt = 0; attempt < 500; ++attempt) {
        if (::waitpid(pid_, nullptr, WNOHANG) == pid_) {
            return;
        }
        ::poll(nullptr, 0, 10);
    }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void BackgroundProcess::signal(int number) const {
    ::kill(pid_, number);
}

int BackgroundProcess::wait() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace nova_rt::test
