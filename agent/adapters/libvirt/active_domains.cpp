#include "adapters/libvirt/active_domains.hpp"

#include "adapters/libvirt/libvirt_inventory.hpp"

#include <condition_variable>
#include <mutex>

namespace nova_rt {

DomainSnapshot ask_active_domains(const std::string& uri, std::chrono::milliseconds deadline) {
    const auto loop = LibvirtEventLoop::start();
    if (!loop) {
        DomainSnapshot nothing;
        nothing.error = loop.error().message();
        return nothing;
    }
    std::mutex mutex;
    std::condition_variable changed;
    bool answered = false;
    LibvirtOptions options;
    options.uri = uri;
    options.call_deadline = deadline;
    const LibvirtInventory inventory(**loop, options, [&mutex, &changed, &answered] {
        const std::lock_guard guard(mutex);
        answered = true;
        changed.notify_all();
    });
    std::unique_lock lock(mutex);
    changed.wait_for(lock, deadline, [&] { return answered; });
    DomainSnapshot snapshot = *inventory.snapshot();
    if (!answered && snapshot.error.empty()) {
        snapshot.error =
            "libvirt at " + uri + " has not answered for " + std::to_string(deadline.count()) + " ms";
    }
    return snapshot;
}

} // namespace nova_rt
