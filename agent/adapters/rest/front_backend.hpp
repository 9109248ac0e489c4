// The front's connections to cpprestsdk's listener. Private to adapters/rest: includes Boost.
#pragma once

#include "adapters/rest/http_message.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt::front {

using RawRequest = boost::beast::http::request<boost::beast::http::string_body>;
using RawResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// One kept connection.
struct BackendStream {
    explicit BackendStream(boost::asio::io_context& context) : stream(context) {}

    boost::beast::tcp_stream stream;
    boost::beast::flat_buffer buffer;
};

/// Sends requests to the listener over kept connections. All calls on the front's thread.
class Backend {
public:
    Backend(boost::asio::io_context& context, std::uint16_t port, std::string key,
            std::chrono::milliseconds deadline)
        : context_(context), port_(port), key_(std::move(key)), deadline_(deadline) {}

    /// Called once, with none when the listener gave no answer in time.
    using Completion = std::function<void(std::optional<RawResponse>)>;

    void send(const HttpRequest& request, Completion done);

private:
    class Exchange;

    /// No listener answer is larger.
    static constexpr std::uint64_t kMaxAnswerBytes = std::uint64_t{32} * 1024 * 1024;
    static constexpr std::size_t kMaxIdle = 8;

    boost::asio::io_context& context_;
    std::uint16_t port_;
    std::string key_;
    std::chrono::milliseconds deadline_;
    std::vector<std::unique_ptr<BackendStream>> idle_;
};

} // namespace nova_rt::front
