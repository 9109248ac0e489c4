#include "adapters/rest/front_backend.hpp"

namespace nova_rt::front {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

/// One request and its answer; keeps itself alive until it is done.
class Backend::Exchange : public std::enable_shared_from_this<Exchange> {
public:
    Exchange(Backend& backend, RawRequest request, Completion done)
        : backend_(backend), request_(std::move(request)), done_(std::move(done)) {}

    void start() {
        if (!backend_.idle_.empty()) {
            connection_ = std::move(backend_.idle_.back());
            backend_.idle_.pop_back();
            reused_ = true;
            write();
            return;
        }
        connect();
    }

private:
    void connect() {
        reused_ = false;
        connection_ = std::make_unique<BackendStream>(backend_.context_);
        connection_->stream.expires_after(backend_.deadline_);
        const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), backend_.port_);
        connection_->stream.async_connect(endpoint, [self = shared_from_this()](beast::error_code error) {
            if (error) {
                self->finish(std::nullopt);
                return;
            }
            self->write();
        });
    }

    void write() {
        connection_->stream.expires_after(backend_.deadline_);
        http::async_write(connection_->stream, request_,
                          [self = shared_from_this()](beast::error_code error, std::size_t) {
                              if (error) {
                                  self->give_up_or_retry();
                                  return;
                              }
                              self->read();
                          });
    }

    void read() {
        parser_.emplace();
        parser_->body_limit(kMaxAnswerBytes);
        parser_->skip(request_.method() == http::verb::head);
        http::async_read(connection_->stream, connection_->buffer, *parser_,
                         [self = shared_from_this()](beast::error_code error, std::size_t) {
                             if (error) {
                                 self->give_up_or_retry();
                                 return;
                             }
                             self->keep_connection();
                             self->finish(self->parser_->release());
                         });
    }

    /// A kept connection may have been closed meanwhile; every route is safe to ask twice.
    void give_up_or_retry() {
        if (reused_) {
            connect();
            return;
        }
        finish(std::nullopt);
    }

    void keep_connection() {
        if (parser_->keep_alive() && backend_.idle_.size() < kMaxIdle) {
            connection_->stream.expires_never();
            backend_.idle_.push_back(std::move(connection_));
        }
    }

    void finish(std::optional<RawResponse> response) { std::exchange(done_, nullptr)(std::move(response)); }

    Backend& backend_;
    RawRequest request_;
    Completion done_;
    std::unique_ptr<BackendStream> connection_;
    std::optional<http::response_parser<http::string_body>> parser_;
    bool reused_ = false;
};

void Backend::send(const HttpRequest& request, Completion done) {
    RawRequest raw;
    raw.method_string(request.method);
    raw.target(request.target);
    raw.version(11);
    raw.set(http::field::host, "127.0.0.1:" + std::to_string(port_));
    for (const auto& header : request.headers) {
        raw.insert(header.name, header.value);
    }
    raw.set(std::string(internal_header::kRequestId), request.request_id);
    raw.set(std::string(internal_header::kFrontKey), key_);
    raw.body() = request.body;
    raw.content_length(request.body.size());
    std::make_shared<Exchange>(*this, std::move(raw), std::move(done))->start();
}

} // namespace nova_rt::front
