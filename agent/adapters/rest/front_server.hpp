// The strict front: owns the outside socket so that cpprestsdk's parser sees only sane requests.
#pragma once

#include "adapters/rest/request_rules.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace nova_rt {

struct FrontOptions {
    std::uint16_t port = 0; ///< on 127.0.0.1; 0: the kernel chooses
    FrontLimits limits;
    std::uint16_t backend_port = 0; ///< cpprestsdk's listener
    std::string backend_key;        ///< what it wants to see in internal_header::kFrontKey
};

/// Parses with Boost.Beast, judges, re-serialises to the listener behind it, and passes the answer on. One
/// thread, deadlines on everything, a cap on connections: when it is reached, the connection that has waited
/// longest for its client to send something gives way.
class FrontServer {
public:
    [[nodiscard]] static Result<std::unique_ptr<FrontServer>> open(FrontOptions options);

    FrontServer(const FrontServer&) = delete;
    FrontServer& operator=(const FrontServer&) = delete;
    /// Closes every connection and joins the thread.
    ~FrontServer();

    [[nodiscard]] std::uint16_t port() const;

private:
    class Impl;

    explicit FrontServer(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

} // namespace nova_rt
