#include "adapters/rest/rest_server.hpp"

#include "adapters/rest/request_id.hpp"

namespace nova_rt {

RestServer::RestServer(std::unique_ptr<CpprestListener> listener, std::unique_ptr<FrontServer> front)
    : listener_(std::move(listener)), front_(std::move(front)) {}

Result<std::unique_ptr<RestServer>> RestServer::open(const CpprestRuntime& runtime,
                                                     const RestOptions& options, const HttpHandler& handler) {
    constexpr std::size_t kKeyBytes = 32;
    const std::string key = random_hex(kKeyBytes);
    NOVA_RT_TRY_ASSIGN(listener, CpprestListener::open(runtime, key, handler));
    NOVA_RT_TRY_ASSIGN(front, FrontServer::open({options.port, options.limits, listener->port(), key}));
    return std::unique_ptr<RestServer>(new RestServer(std::move(listener), std::move(front)));
}

Status RestServer::close(std::chrono::milliseconds deadline) {
    front_.reset();
    return listener_->close(deadline);
}

} // namespace nova_rt
