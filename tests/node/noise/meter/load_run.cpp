#include "node/noise/meter/load_run.hpp"

#include "base/text.hpp"

#include "node/noise/meter/affinity.hpp"
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>

extern char** environ;

namespace nova_rt::noise {

namespace {

constexpr const char* kMetricsFile = "load.yaml";
constexpr const char* kLogFile = "load.log";
constexpr int kPatienceSeconds = 600;
constexpr int kSignalled = 128;

/// "key: value" of the line, when it is that key.
std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
    line = trimmed(line);
    line.remove_prefix(line.starts_with("- ") ? 2 : 0);
    return line.starts_with(key) ? std::optional(trimmed(line.substr(key.size()))) : std::nullopt;
}

Result<pid_t> spawn(const std::vector<std::string>& command, const std::string& directory) {
    std::vector<char*> arguments;
    for (const auto& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str())); // NOLINT: posix_spawn does not write
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, kLogFile, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    pid_t pid = -1;
    const int error = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        return fail(system_error(error, "start the load " + quoted(command[0]) + " in " + quoted(directory)));
    }
    return pid;
}

} // namespace

std::vector<Stressor> parse_stress_metrics(std::string_view yaml) {
    std::vector<Stressor> stressors;
    for (const auto line : split(yaml, '\n')) {
        if (const auto name = value_of(line, "stressor:")) {
            stressors.push_back({.name = std::string(*name), .bogo_ops = 0, .wall_seconds = 0});
        } else if (const auto ops = value_of(line, "bogo-ops:"); ops && !stressors.empty()) {
            stressors.back().bogo_ops = parse_number<double>(*ops).value_or(0);
        } else if (const auto wall = value_of(line, "wall-clock-time:"); wall && !stressors.empty()) {
            stressors.back().wall_seconds = parse_number<double>(*wall).value_or(0);
        }
    }
    return stressors;
}

LoadRun::LoadRun(pid_t pid, std::vector<std::string> command, std::string directory)
    : pid_(pid), directory_(std::move(directory)) {
    result_.command = std::move(command);
    result_.allowed = own_affinity();
}

Result<std::unique_ptr<LoadRun>> LoadRun::start(const std::vector<std::string>& command,
                                                const std::string& directory) {
    if (command.empty()) {
        return fail(ErrorCode::InvalidArgument, "the load is empty: expected a command and its arguments");
    }
    NOVA_RT_TRY_ASSIGN(pid, spawn(command, directory));
    return std::unique_ptr<LoadRun>(new LoadRun(pid, command, directory));
}

LoadRun::~LoadRun() {
    if (pid_ > 0) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
}

bool LoadRun::runs() {
    int status = 0;
    if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = -1;
        result_.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
    }
    return pid_ > 0;
}

Result<LoadResult> LoadRun::finish() {
    constexpr std::chrono::milliseconds kPause{50};
    using Clock = std::chrono::steady_clock;
    for (const auto deadline = Clock::now() + std::chrono::seconds(kPatienceSeconds); runs();) {
        if (Clock::now() > deadline) {
            return fail(ErrorCode::Timeout, "the load does not end: see " + directory_ + "/" + kLogFile);
        }
        std::this_thread::sleep_for(kPause);
    }
    std::ifstream file(directory_ + "/" + kMetricsFile, std::ios::binary);
    const std::string yaml{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    result_.stressors = parse_stress_metrics(yaml);
    return result_;
}

} // namespace nova_rt::noise
