#include "adapters/rest/front_server.hpp"

#include "adapters/rest/front_session.hpp"
#include "adapters/rest/small_thread.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <set>

namespace nova_rt {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using front::Backend;
using front::Session;

class FrontServer::Impl {
public:
    explicit Impl(FrontOptions options)
        : options_(std::move(options)), acceptor_(context_), pause_(context_),
          backend_(context_, options_.backend_port, options_.backend_key, options_.limits.answer_deadline) {}

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Status open() {
        const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), options_.port);
        const std::string attempt = "listen on 127.0.0.1:" + std::to_string(options_.port);
        error_code error;
        acceptor_.open(endpoint.protocol(), error);
        if (!error) {
            acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
            acceptor_.bind(endpoint, error);
        }
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        if (error) {
            return fail(system_error(error.value(), attempt));
        }
        port_ = acceptor_.local_endpoint(error).port();
        accept();
        NOVA_RT_TRY_ASSIGN(thread, SmallThread::start("front", [this] { run(); }));
        thread_ = std::make_unique<SmallThread>(std::move(thread));
        return {};
    }

    ~Impl() {
        stopping_ = true;
        context_.stop();
        thread_.reset();
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

private:
    void run() {
        while (!stopping_) {
            try {
                context_.run();
                return;
            } catch (const std::exception&) { // NOLINT(bugprone-empty-catch): one connection is lost, not all
            }
        }
    }

    void accept() {
        acceptor_.async_accept([this](error_code error, tcp::socket socket) {
            if (error) {
                pause_accepting();
                return;
            }
            admit(std::move(socket));
            accept();
        });
    }

    /// Out of descriptors or memory: trying again at once would only burn the CPU.
    void pause_accepting() {
        pause_.expires_after(std::chrono::milliseconds(100));
        pause_.async_wait([this](error_code error) {
            if (!error) {
                accept();
            }
        });
    }

    void admit(tcp::socket socket) {
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        const auto session = std::make_shared<Session>(
            std::move(socket), backend_, options_.limits,
            [this](const std::shared_ptr<Session>& gone) { sessions_.erase(gone); });
        const bool has_room = sessions_.size() < options_.limits.connections || evict_longest_waiting();
        sessions_.insert(session);
        if (has_room) {
            session->start();
        } else {
            session->turn_away();
        }
    }

    bool evict_longest_waiting() {
        std::shared_ptr<Session> oldest;
        for (const auto& session : sessions_) {
            const auto since = session->waiting_since();
            if (since && (!oldest || *since < *oldest->waiting_since())) {
                oldest = session;
            }
        }
        if (oldest) {
            oldest->close();
            sessions_.erase(oldest);
        }
        return oldest != nullptr;
    }

    FrontOptions options_;
    asio::io_context context_{1};
    tcp::acceptor acceptor_;
    asio::steady_timer pause_;
    Backend backend_;
    std::set<std::shared_ptr<Session>> sessions_;
    std::uint16_t port_ = 0;
    std::atomic<bool> stopping_{false};
    std::unique_ptr<SmallThread> thread_;
};

FrontServer::FrontServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

FrontServer::~FrontServer() = default;

std::uint16_t FrontServer::port() const {
    return impl_->port();
}

Result<std::unique_ptr<FrontServer>> FrontServer::open(FrontOptions options) {
    auto impl = std::make_unique<Impl>(std::move(options));
    NOVA_RT_TRY(impl->open());
    return std::unique_ptr<FrontServer>(new FrontServer(std::move(impl)));
}

} // namespace nova_rt
