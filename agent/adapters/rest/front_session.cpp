#include "adapters/rest/front_session.hpp"

#include "adapters/rest/request_id.hpp"

#include <boost/asio/buffer.hpp>

namespace nova_rt::front {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

/// Headers of the listener's answer that describe its connection, not ours, and internal ones.
bool is_hop_header(std::string_view name) {
    return equal_ignoring_case(name, "Connection") || equal_ignoring_case(name, "Keep-Alive") ||
           equal_ignoring_case(name, "Transfer-Encoding") || equal_ignoring_case(name, "Content-Length") ||
           equal_ignoring_case(name, internal_header::kBodyLength);
}

std::string_view view(beast::string_view text) {
    return {text.data(), text.size()};
}

RawResponse to_raw(const HttpResponse& response) {
    RawResponse raw;
    raw.result(response.status);
    raw.set(http::field::content_type, response.content_type);
    for (const auto& header : response.headers) {
        raw.insert(header.name, header.value);
    }
    raw.body() = response.body_text();
    return raw;
}

void set_body_length(RawResponse& response, const RawResponse& answer, http::verb method) {
    const auto announced = answer.find(std::string(internal_header::kBodyLength));
    const bool has_no_body =
        response.result() == http::status::no_content || response.result() == http::status::not_modified;
    if (method == http::verb::head && announced != answer.end()) {
        response.set(http::field::content_length, announced->value());
    } else if (!has_no_body) {
        response.content_length(response.body().size());
    }
}

} // namespace

Session::Session(asio::ip::tcp::socket socket, Backend& backend, const FrontLimits& limits, Gone gone)
    : stream_(std::move(socket)), backend_(backend), limits_(limits), gone_(std::move(gone)),
      buffer_(limits.header_bytes + limits.body_bytes) {}

void Session::start() {
    read_header();
}

void Session::close() {
    stream_.close();
}

void Session::turn_away() {
    refuse({503, "realtime.overloaded", "too many connections, try again"});
}

/// Between two requests: waits for the first byte, then the next request's deadline begins.
void Session::await_request() {
    if (buffer_.size() > 0) {
        read_header();
        return;
    }
    waiting_since_ = Clock::now();
    stream_.expires_after(limits_.idle_deadline);
    stream_.async_read_some(buffer_.prepare(discarded_.size()),
                            [self = shared_from_this()](beast::error_code error, std::size_t bytes) {
                                if (error) {
                                    self->gone_(self);
                                    return;
                                }
                                self->buffer_.commit(bytes);
                                self->read_header();
                            });
}

void Session::read_header() {
    waiting_since_ = Clock::now();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits_.header_bytes));
    parser_->body_limit(limits_.body_bytes);
    stream_.expires_after(limits_.header_deadline);
    http::async_read_header(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_header(error); });
}

void Session::on_header(beast::error_code error) {
    if (error) {
        refuse_unreadable(error);
        return;
    }
    const auto& message = parser_->get();
    request_ = {};
    request_.method = view(message.method_string());
    request_.target = view(message.target());
    request_.request_id = make_request_id();
    for (const auto& field : message) {
        request_.headers.push_back(
            {std::string(view(field.name_string())), std::string(view(field.value()))});
    }
    if (message.version() != 10 && message.version() != 11) {
        refuse({400, "realtime.request.version", "only HTTP/1.0 and HTTP/1.1 are spoken here"});
        return;
    }
    if (const auto problem = judge_request(request_, limits_)) {
        refuse(*problem);
        return;
    }
    request_.headers = forwarded_headers(request_.headers);
    read_body();
}

void Session::read_body() {
    if (parser_->is_done()) {
        forward();
        return;
    }
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code error, std::size_t) { self->on_body(error); });
}

void Session::on_body(beast::error_code error) {
    if (error) {
        refuse_unreadable(error);
        return;
    }
    request_.body = parser_->get().body();
    forward();
}

void Session::forward() {
    waiting_since_.reset();
    stream_.expires_after(limits_.answer_deadline);
    backend_.send(request_, [self = shared_from_this()](std::optional<RawResponse> answer) {
        self->on_answer(std::move(answer));
    });
}

void Session::on_answer(std::optional<RawResponse> answer) {
    if (!answer) {
        refuse({502, "realtime.backend", "the request could not be answered"});
        return;
    }
    RawResponse response;
    response.result(answer->result_int());
    for (const auto& field : *answer) {
        if (!is_hop_header(view(field.name_string()))) {
            response.insert(field.name_string(), field.value());
        }
    }
    response.body() = std::move(answer->body());
    set_body_length(response, *answer, parser_->get().method());
    response.keep_alive(parser_->keep_alive());
    write(std::move(response));
}

void Session::refuse(const HttpProblem& problem) {
    const std::string id = request_.request_id.empty() ? make_request_id() : request_.request_id;
    RawResponse response = to_raw(to_response(problem, id));
    response.content_length(response.body().size());
    response.keep_alive(false);
    write(std::move(response));
}

void Session::refuse_unreadable(beast::error_code error) {
    request_ = {};
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        refuse({431, "realtime.request.header_too_long",
                "the request's headers are longer than " + std::to_string(limits_.header_bytes) + " bytes"});
    } else if (error == http::error::body_limit) {
        refuse({413, "realtime.request.body_too_long",
                "the request's body is longer than " + std::to_string(limits_.body_bytes) + " bytes"});
    } else if (error.category() == make_error_code(http::error::bad_method).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
        refuse({400, "realtime.request.syntax", "the request is not well-formed: " + error.message()});
    } else {
        gone_(shared_from_this()); // closed, reset or past its deadline: nobody to answer
    }
}

void Session::write(RawResponse response) {
    waiting_since_.reset();
    response.version(11);
    response.set("X-Content-Type-Options", "nosniff");
    response_ = std::move(response);
    stream_.expires_after(limits_.answer_deadline);
    const bool is_head = parser_ && parser_->get().method() == http::verb::head;
    auto finish = [self = shared_from_this()](beast::error_code error, std::size_t) {
        self->on_written(error);
    };
    if (is_head) {
        response_->body().clear();
    }
    http::async_write(stream_, *response_, std::move(finish));
}

void Session::on_written(beast::error_code error) {
    if (error) {
        gone_(shared_from_this());
        return;
    }
    const bool keeps = response_->keep_alive();
    response_.reset();
    if (keeps) {
        await_request();
        return;
    }
    linger();
}

void Session::linger() {
    constexpr std::chrono::milliseconds kLingerDeadline{1000};
    beast::error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    waiting_since_ = Clock::now();
    stream_.expires_after(kLingerDeadline);
    drain();
}

void Session::drain() {
    constexpr std::size_t kMaxDrained = std::size_t{256} * 1024;
    stream_.async_read_some(asio::buffer(discarded_),
                            [self = shared_from_this()](beast::error_code error, std::size_t bytes) {
                                self->drained_bytes_ += bytes;
                                if (error || self->drained_bytes_ > kMaxDrained) {
                                    self->gone_(self);
                                    return;
                                }
                                self->drain();
                            });
}

} // namespace nova_rt::front
