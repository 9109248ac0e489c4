// The isolation engine on this host, for one command.
#pragma once

#include "base/result.hpp"
#include "isolation/isolation_engine.hpp"

#include "wiring/wired_host.hpp"

#include <memory>
#include <utility>

namespace nova_rt {

inline constexpr const char* kStatusFile = "/run/nova-rt/public/status.json";

class HostContext {
public:
    [[nodiscard]] static Result<std::unique_ptr<HostContext>> open();

    [[nodiscard]] IsolationEngine& engine() { return engine_; }

    [[nodiscard]] const HostReader& reader() const { return host_->reader(); }

private:
    explicit HostContext(std::unique_ptr<WiredHost> host)
        : host_(std::move(host)), engine_(host_->engine_ports()) {}

    std::unique_ptr<WiredHost> host_;
    IsolationEngine engine_;
};

/// Reads this host's files without touching any state of ours; needs no privilege.
[[nodiscard]] Result<std::unique_ptr<HostReader>> open_host_reader();

} // namespace nova_rt
