#include "daemon/agent_loop.hpp"

#include "adapters/service/service_notifier.hpp"
#include "model/status_names.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

namespace nova_rt {

namespace {

/// "11 checks: 1 warn, 0 fail; 2 realtime guests".
std::string summary_of(const StatusDocument& status) {
    unsigned warnings = 0;
    unsigned failures = 0;
    for (const auto& check : status.checks) {
        warnings += check.state == CheckState::Warn ? 1U : 0U;
        failures += check.state == CheckState::Fail ? 1U : 0U;
    }
    unsigned realtime = 0;
    for (const auto& domain : status.domains) {
        realtime += domain.is_realtime() ? 1U : 0U;
    }
    return std::to_string(status.checks.size()) + " checks: " + std::to_string(warnings) + " warn, " +
           std::to_string(failures) + " fail; " + std::to_string(realtime) + " realtime guests";
}

LogLevel level_of(CheckState state) {
    return state == CheckState::Pass ? LogLevel::Info : LogLevel::Warning;
}

} // namespace

Result<WakeUp> WakeUp::open() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd) {
        return fail(system_error(errno, "open an event descriptor"));
    }
    return WakeUp(std::move(fd));
}

void WakeUp::wake() const {
    const std::uint64_t one = 1;
    // A counter that is full wakes as well.
    static_cast<void>(!::write(fd_.get(), &one, sizeof one));
}

void WakeUp::clear() const {
    std::uint64_t count = 0;
    static_cast<void>(!::read(fd_.get(), &count, sizeof count));
}

void AgentLoop::run() {
    // libvirt's first answer is the first reason; without one there is still much to say.
    while (wait_for_reason()) {
        pass();
    }
    service::notify_stopping();
    logger_.log(LogLevel::Info, "stopping; the host stays as it is");
}

bool AgentLoop::wait_for_reason() {
    constexpr std::chrono::milliseconds kSettlingPeriod{250};
    const auto limit = service_.is_settling() ? std::min(period_, kSettlingPeriod) : period_;
    std::array<pollfd, 2> sources{{{signals_.fd(), POLLIN, 0}, {wake_up_.fd(), POLLIN, 0}}};
    ::poll(sources.data(), sources.size(), static_cast<int>(limit.count()));
    wake_up_.clear();
    while (const auto signal = signals_.next()) {
        if (*signal == SIGTERM || *signal == SIGINT) {
            return false;
        }
    }
    return true;
}

void AgentLoop::pass() {
    const StatusDocument status = service_.refresh();
    log_keeping(service_.last_keeping());
    const auto published = publisher_.publish(status);
    const std::string problem = published ? "" : published.error().message();
    if (problem != last_problem_) {
        last_problem_ = problem;
        logger_.log(problem.empty() ? LogLevel::Info : LogLevel::Error,
                    problem.empty() ? "the status document is published again" : problem);
    }
    log_checks(status.checks);
    tell_manager(status);
}

void AgentLoop::tell_manager(const StatusDocument& status) {
    const std::string summary = summary_of(status);
    if (service_.has_verified() && !told_ready_) {
        told_ready_ = true;
        service::notify_ready(summary);
        logger_.log(LogLevel::Info, "first verification done", {{"summary", summary}});
    }
    service::notify_alive(summary);
    if (summary == last_summary_) {
        return;
    }
    last_summary_ = summary;
    logger_.log(level_of(status.state()), summary, {{"generation", std::to_string(publisher_.generation())}});
}

void AgentLoop::log_checks(const std::vector<CheckStatus>& checks) {
    for (const auto& check : checks) {
        const auto logged = logged_checks_.emplace(check.name, CheckState::Pass).first;
        if (logged->second == check.state) {
            continue;
        }
        logged->second = check.state;
        logger_.log(level_of(check.state),
                    check.state == CheckState::Pass ? "check passes again" : check.output,
                    {{"check", check.name}, {"state", std::string(name_in(kCheckStateNames, check.state))}});
    }
}

void AgentLoop::log_keeping(const KeeperReport& keeping) {
    if (keeping.pass == logged_pass_) {
        return;
    }
    logged_pass_ = keeping.pass;
    if (keeping.changes == 0) {
        return; // the checks say what stays wrong
    }
    logger_.log(LogLevel::Info, "settings written", {{"count", std::to_string(keeping.changes)}});
    for (const auto& finding : keeping.findings) {
        if (finding.severity != Finding::Severity::Info) {
            logger_.log(LogLevel::Warning, finding.text,
                        {{"subject", finding.subject}, {"kind", std::string(to_string(finding.kind))}});
        }
    }
}

} // namespace nova_rt
