#include "adapters/libvirt/libvirt_event_loop.hpp"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <atomic>
#include <thread>

namespace nova_rt {

namespace {

/// libvirt would print every error on stderr; they are returned instead.
extern "C" void ignore_error(void* /*user*/, virErrorPtr /*error*/) {}

extern "C" void wake_up(int timer, void* /*opaque*/) {
    ::virEventRemoveTimeout(timer);
}

} // namespace

class LibvirtEventLoop::Impl {
public:
    Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void start() {
        thread_ = std::thread([this] {
            while (!stopping_) {
                if (::virEventRunDefaultImpl() < 0) {
                    std::this_thread::sleep_for(
                        std::chrono::milliseconds(100)); // out of memory: not a busy loop
                }
            }
        });
    }

    ~Impl() {
        stopping_ = true;
        ::virEventAddTimeout(0, &wake_up, nullptr, nullptr);
        thread_.join();
    }

private:
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

LibvirtEventLoop::LibvirtEventLoop(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

LibvirtEventLoop::~LibvirtEventLoop() = default;

Result<std::unique_ptr<LibvirtEventLoop>> LibvirtEventLoop::start() {
    ::virSetErrorFunc(nullptr, &ignore_error);
    if (::virEventRegisterDefaultImpl() < 0) {
        return fail(ErrorCode::Internal,
                    "start libvirt's event loop: " + std::string(::virGetLastErrorMessage()));
    }
    auto impl = std::make_unique<Impl>();
    impl->start();
    return std::unique_ptr<LibvirtEventLoop>(new LibvirtEventLoop(std::move(impl)));
}

} // namespace nova_rt
