// cpprestsdk's threads, owned and guarded by us.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <memory>

namespace nova_rt {

/// cpprestsdk would start 40 threads that die with the process on any exception in its parser. This starts
/// our own few, which survive it. One per process, created before anything else touches cpprestsdk; block
/// signals first, the threads inherit the mask.
class CpprestRuntime {
public:
    static constexpr unsigned kThreads = 4;

    /// Refused when cpprestsdk has threads already.
    [[nodiscard]] static Result<std::unique_ptr<CpprestRuntime>> start();

    CpprestRuntime(const CpprestRuntime&) = delete;
    CpprestRuntime& operator=(const CpprestRuntime&) = delete;
    ~CpprestRuntime();

    /// Exceptions that would have ended the process. Each leaks the connection it came from.
    [[nodiscard]] std::uint64_t contained_exceptions() const;

private:
    class Impl;

    explicit CpprestRuntime(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

} // namespace nova_rt
