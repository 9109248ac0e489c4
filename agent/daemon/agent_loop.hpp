// The agent's loop: wait for a reason, look, publish.
#pragma once

#include "adapters/logging/logger.hpp"
#include "adapters/service/signal_queue.hpp"
#include "base/result.hpp"
#include "base/unique_fd.hpp"
#include "daemon/status_publisher.hpp"
#include "services/status_service.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace nova_rt {

/// Wakes the loop from any thread.
class WakeUp {
public:
    [[nodiscard]] static Result<WakeUp> open();

    void wake() const;
    /// Forgets the wakes so far.
    void clear() const;

    [[nodiscard]] int fd() const { return fd_.get(); }

private:
    explicit WakeUp(UniqueFd fd) : fd_(std::move(fd)) {}

    UniqueFd fd_;
};

class AgentLoop {
public:
    AgentLoop(StatusService& service, StatusPublisher& publisher, SignalQueue& signals, const WakeUp& wake_up,
              Logger& logger, std::chrono::milliseconds period)
        : service_(service), publisher_(publisher), signals_(signals), wake_up_(wake_up), logger_(logger),
          period_(period) {}

    /// Until SIGTERM or SIGINT. Leaves the host as it is: undoing is explicit.
    void run();

private:
    /// One pass; whatever fails in it is logged once per change and never ends the agent.
    void pass();
    void tell_manager(const StatusDocument& status);
    /// Only checks whose state is another than before.
    void log_checks(const std::vector<CheckStatus>& checks);
    void log_keeping(const KeeperReport& keeping);
    [[nodiscard]] bool wait_for_reason();

    StatusService& service_;
    StatusPublisher& publisher_;
    SignalQueue& signals_;
    const WakeUp& wake_up_;
    Logger& logger_;
    std::chrono::milliseconds period_;
    bool told_ready_ = false;
    std::string last_problem_;
    std::string last_summary_;
    std::uint64_t logged_pass_ = 0;
    std::map<std::string, CheckState> logged_checks_;
};

} // namespace nova_rt
