#include "adapters/rest/cpprest_listener.hpp"

#include "base/unique_fd.hpp"

#include <arpa/inet.h>
#include <cpprest/http_listener.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <future>

namespace nova_rt {

namespace {

using web::http::http_request;
using web::http::http_response;
using web::http::method;
using web::http::methods;
using web::http::experimental::listener::http_listener;

/// A port that was free a moment ago; cpprestsdk takes no descriptor and cannot tell a port it chose itself.
Result<std::uint16_t> free_loopback_port() {
    const UniqueFd probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (!probe || ::bind(probe.get(), generic, length) != 0 ||
        ::getsockname(probe.get(), generic, &length) != 0) {
        return fail(system_error(errno, "find a free port on 127.0.0.1"));
    }
    return ntohs(address.sin_port);
}

HttpRequest to_request(const http_request& message) {
    HttpRequest request;
    request.method = message.method();
    request.target = message.request_uri().to_string();
    for (const auto& [name, value] : message.headers()) {
        request.headers.push_back({name, value});
    }
    request.request_id = find_header(request.headers, internal_header::kRequestId).value_or("");
    return request;
}

void send(const http_request& message, const HttpResponse& answer) {
    http_response response(static_cast<web::http::status_code>(answer.status));
    for (const auto& header : answer.headers) {
        response.headers().add(header.name, header.value);
    }
    if (message.method() == methods::HEAD) {
        response.headers().add(std::string(internal_header::kBodyLength), answer.body_text().size());
        response.headers().set_content_type(answer.content_type);
    } else if (answer.body) {
        response.set_body(std::string(answer.body_text()), answer.content_type);
    }
    // An answer that cannot be sent concerns its client alone; unobserved, it would end the process.
    message.reply(response).then([](const pplx::task<void>& sent) {
        try {
            sent.get();
        } catch (const std::exception&) { // NOLINT(bugprone-empty-catch)
        }
    });
}

} // namespace

class CpprestListener::Impl {
public:
    Impl(std::uint16_t port, std::string front_key, HttpHandler handler)
        : port_(port), front_key_(std::move(front_key)), handler_(std::move(handler)),
          listener_(web::uri("http://127.0.0.1:" + std::to_string(port) + "/")) {
        const auto serve = [this](const http_request& message) { this->serve(message); };
        listener_.support(serve);
        for (const method& name : {methods::GET, methods::HEAD, methods::OPTIONS, methods::TRCE}) {
            listener_.support(name, serve);
        }
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    void open() { listener_.open().wait(); }

    [[nodiscard]] bool close(std::chrono::milliseconds deadline) {
        const auto done = std::make_shared<std::promise<void>>();
        auto closed = done->get_future();
        listener_.close().then([done](const pplx::task<void>& task) {
            try {
                task.get();
            } catch (const std::exception&) { // NOLINT(bugprone-empty-catch): closed is closed
            }
            done->set_value();
        });
        return closed.wait_for(deadline) == std::future_status::ready;
    }

private:
    void serve(const http_request& message) {
        const HttpRequest request = to_request(message);
        if (find_header(request.headers, internal_header::kFrontKey) != std::string_view(front_key_)) {
            send(message, make_response(403, "text/plain", "ask the front\n"));
            return;
        }
        if (message.headers().content_length() == 0) {
            send(message, handler_(request));
            return;
        }
        message.extract_vector().then(
            [this, message, request](const pplx::task<std::vector<unsigned char>>& body) {
                try {
                    const auto bytes = body.get();
                    HttpRequest complete = request;
                    complete.body.assign(bytes.begin(), bytes.end());
                    send(message, handler_(complete));
                } catch (const std::exception&) {
                    send(message, make_response(400, "text/plain", "the body could not be read\n"));
                }
            });
    }

    std::uint16_t port_;
    std::string front_key_;
    HttpHandler handler_;
    http_listener listener_;
};

CpprestListener::CpprestListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

CpprestListener::~CpprestListener() = default;

std::uint16_t CpprestListener::port() const {
    return impl_->port();
}

Status CpprestListener::close(std::chrono::milliseconds deadline) {
    if (!impl_->close(deadline)) {
        return fail(ErrorCode::Timeout, "close the REST listener: cpprestsdk did not finish in " +
                                            std::to_string(deadline.count()) + " ms");
    }
    return {};
}

Result<std::unique_ptr<CpprestListener>> CpprestListener::open(const CpprestRuntime& /*runtime*/,
                                                               const std::string& front_key,
                                                               const HttpHandler& handler) {
    constexpr int kAttempts = 5; // somebody may take the port between the probe and the bind
    std::string reason;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        NOVA_RT_TRY_ASSIGN(port, free_loopback_port());
        try {
            auto impl = std::make_unique<Impl>(port, front_key, handler);
            impl->open();
            return std::unique_ptr<CpprestListener>(new CpprestListener(std::move(impl)));
        } catch (const std::exception& error) {
            reason = error.what();
        }
    }
    return fail(ErrorCode::Unavailable, "open the REST listener on 127.0.0.1: " + reason);
}

} // namespace nova_rt
