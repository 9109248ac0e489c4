// One client connection of the front. Private to adapters/rest: includes Boost.
#pragma once

#include "adapters/rest/front_backend.hpp"
#include "adapters/rest/request_rules.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace nova_rt::front {

class Session : public std::enable_shared_from_this<Session> {
public:
    using Clock = std::chrono::steady_clock;
    using Gone = std::function<void(const std::shared_ptr<Session>&)>;

    Session(boost::asio::ip::tcp::socket socket, Backend& backend, const FrontLimits& limits, Gone gone);

    void start();

    /// Since when the client owes us (the rest of) a request; none while we owe it an answer.
    [[nodiscard]] std::optional<Clock::time_point> waiting_since() const { return waiting_since_; }

    /// Ends the connection at once.
    void close();

    /// Answers 503 and ends: the server has no room and nobody who may give way.
    void turn_away();

private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    void await_request();
    void read_header();
    void on_header(boost::beast::error_code error);
    void read_body();
    void on_body(boost::beast::error_code error);
    void forward();
    void on_answer(std::optional<RawResponse> answer);
    /// Answers an error and closes: what follows on a connection that broke a rule cannot be trusted.
    void refuse(const HttpProblem& problem);
    void refuse_unreadable(boost::beast::error_code error);
    void write(RawResponse response);
    void on_written(boost::beast::error_code error);
    /// Lets the client read our answer before the connection is reset by what it still sends.
    void linger();
    void drain();

    boost::beast::tcp_stream stream_;
    Backend& backend_;
    const FrontLimits& limits_;
    Gone gone_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    HttpRequest request_;
    std::optional<RawResponse> response_;
    std::array<char, 4096> discarded_{};
    std::size_t drained_bytes_ = 0;
    std::optional<Clock::time_point> waiting_since_;
};

} // namespace nova_rt::front
