// A client that sends exactly the bytes it is given: what no HTTP library would send.
#pragma once

#include "base/unique_fd.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace nova_rt::test {

class RawHttpClient {
public:
    /// Connects to 127.0.0.1; ok() tells whether that worked.
    explicit RawHttpClient(std::uint16_t port);

    [[nodiscard]] bool ok() const { return static_cast<bool>(socket_); }

    /// False when the server has closed the connection.
    bool send(std::string_view bytes);

    /// Everything until the server closes or the deadline passes.
    [[nodiscard]] std::string read_all(std::chrono::milliseconds deadline = std::chrono::milliseconds(5000));

    /// One answer: header, and as much body as Content-Length says (none for `head`).
    [[nodiscard]] std::string
    read_answer(std::string_view method = "GET",
                std::chrono::milliseconds deadline = std::chrono::milliseconds(5000));

private:
    /// False at the end of the stream or the deadline.
    bool receive(std::string& into, std::chrono::steady_clock::time_point until);

    UniqueFd socket_;
};

/// One request on a connection of its own, with a good Host header. The answer as received.
[[nodiscard]] std::string http_exchange(std::uint16_t port, std::string_view method, std::string_view target,
                                        std::string_view extra_headers = "");

/// 200 of "HTTP/1.1 200 OK"; 0 when there was no answer.
[[nodiscard]] unsigned status_of(std::string_view answer);
/// The value of a header, "" when absent.
[[nodiscard]] std::string header_of(std::string_view answer, std::string_view name);
/// What follows the header.
[[nodiscard]] std::string body_of(std::string_view answer);

} // namespace nova_rt::test
