// libvirt's event loop on a thread of its own.
#pragma once

#include "base/result.hpp"

#include <memory>

namespace nova_rt {

/// Dispatches libvirt's events, timers and keep-alives. One per process, started before the first connection
/// and kept until the last one is closed.
class LibvirtEventLoop {
public:
    [[nodiscard]] static Result<std::unique_ptr<LibvirtEventLoop>> start();

    LibvirtEventLoop(const LibvirtEventLoop&) = delete;
    LibvirtEventLoop& operator=(const LibvirtEventLoop&) = delete;
    ~LibvirtEventLoop();

private:
    class Impl;

    explicit LibvirtEventLoop(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

} // namespace nova_rt
