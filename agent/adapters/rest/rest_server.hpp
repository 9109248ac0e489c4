// The whole HTTP side: front, listener and a handler.
#pragma once

#include "adapters/rest/cpprest_listener.hpp"
#include "adapters/rest/cpprest_runtime.hpp"
#include "adapters/rest/front_server.hpp"

#include <chrono>
#include <memory>

namespace nova_rt {

struct RestOptions {
    std::uint16_t port = 0; ///< on 127.0.0.1; 0: the kernel chooses
    FrontLimits limits;
};

class RestServer {
public:
    [[nodiscard]] static Result<std::unique_ptr<RestServer>>
    open(const CpprestRuntime& runtime, const RestOptions& options, const HttpHandler& handler);

    /// Where clients connect.
    [[nodiscard]] std::uint16_t port() const { return front_->port(); }

    /// Where cpprestsdk listens; for tests that go round the front.
    [[nodiscard]] std::uint16_t backend_port() const { return listener_->port(); }

    /// Ends the front at once and cpprestsdk's listener within the deadline. Timeout: leave with _exit.
    [[nodiscard]] Status close(std::chrono::milliseconds deadline);

private:
    RestServer(std::unique_ptr<CpprestListener> listener, std::unique_ptr<FrontServer> front);

    std::unique_ptr<CpprestListener> listener_;
    std::unique_ptr<FrontServer> front_;
};

} // namespace nova_rt
