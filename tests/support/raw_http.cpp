#include "support/raw_http.hpp"

#include "base/text.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace nova_rt::test {

RawHttpClient::RawHttpClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        socket_.reset();
    }
}

bool RawHttpClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool RawHttpClient::receive(std::string& into, std::chrono::steady_clock::time_point until) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd poller{socket_.get(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&poller, 1, static_cast<int>(left.count())) <= 0) {
        return false;
    }
    std::array<char, 65536> chunk{};
    const ssize_t got = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
    if (got <= 0) {
        return false;
    }
    into.append(chunk.data(), static_cast<std::size_t>(got));
    return true;
}

std::string RawHttpClient::read_all(std::chrono::milliseconds deadline) {
    const auto until = std::chrono::steady_clock::now() + deadline;
    std::string answer;
    while (receive(answer, until)) {
    }
    return answer;
}

std::string RawHttpClient::read_answer(std::string_view method, std::chrono::milliseconds deadline) {
    const auto until = std::chrono::steady_clock::now() + deadline;
    std::string answer;
    for (;;) {
        const auto header_end = answer.find("\r\n\r\n");
        if (header_end != std::string::npos) {
            const auto length = parse_number<std::size_t>(header_of(answer, "Content-Length")).value_or(0);
            const std::size_t expected = method == "HEAD" ? 0 : length;
            if (answer.size() >= header_end + 4 + expected) {
                return answer;
            }
        }
        if (!receive(answer, until)) {
            return answer;
        }
    }
}

std::string http_exchange(std::uint16_t port, std::string_view method, std::string_view target,
                          std::string_view extra_headers) {
    RawHttpClient client(port);
    std::string request(method);
    request += " " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    request += std::string(extra_headers) + "\r\n";
    client.send(request);
    return client.read_all();
}

unsigned status_of(std::string_view answer) {
    return answer.starts_with("HTTP/1.1 ") ? parse_number<unsigned>(answer.substr(9, 3)).value_or(0) : 0;
}

std::string header_of(std::string_view answer, std::string_view name) {
    const std::string_view head = answer.substr(0, answer.find("\r\n\r\n"));
    for (const std::string_view line : split(head, '\n')) {
        const auto colon = line.find(':');
        const std::string_view field = line.substr(0, colon);
        const bool same =
            colon != std::string_view::npos &&
            std::equal(field.begin(), field.end(), name.begin(), name.end(), [](char a, char b) {
                return std::tolower(static_cast<unsigned char>(a)) ==
                       std::tolower(static_cast<unsigned char>(b));
            });
        if (same) {
            return std::string(trimmed(line.substr(colon + 1)));
        }
    }
    return {};
}

std::string body_of(std::string_view answer) {
    const auto end = answer.find("\r\n\r\n");
    return end == std::string_view::npos ? std::string() : std::string(answer.substr(end + 4));
}

} // namespace nova_rt::test
