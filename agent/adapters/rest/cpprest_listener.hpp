// cpprestsdk's http_listener behind a seam of one function.
#pragma once

#include "adapters/rest/cpprest_runtime.hpp"
#include "adapters/rest/http_message.hpp"
#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace nova_rt {

/// Serves a handler on 127.0.0.1, on a port of the kernel's choice. Answers only requests that carry the
/// front's key: its parser is reachable by every local process, its handlers are not.
class CpprestListener {
public:
    [[nodiscard]] static Result<std::unique_ptr<CpprestListener>>
    open(const CpprestRuntime& runtime, const std::string& front_key, const HttpHandler& handler);

    CpprestListener(const CpprestListener&) = delete;
    CpprestListener& operator=(const CpprestListener&) = delete;
    ~CpprestListener();

    [[nodiscard]] std::uint16_t port() const;

    /// Timeout when cpprestsdk does not finish (it waits for ever after a contained exception): the process
    /// must then leave with _exit.
    [[nodiscard]] Status close(std::chrono::milliseconds deadline);

private:
    class Impl;

    explicit CpprestListener(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

} // namespace nova_rt
