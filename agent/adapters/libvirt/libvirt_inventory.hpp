// What libvirt runs, kept up to date on a thread of its own.
#pragma once

#include "adapters/libvirt/libvirt_event_loop.hpp"
#include "ports/domain_inventory.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace nova_rt {

struct LibvirtOptions {
    std::string uri = "qemu:///system";
    std::chrono::milliseconds call_deadline{5000}; ///< a refresh that takes longer is reported as an error
    std::chrono::milliseconds poll_period{5000};   ///< without an event
    std::chrono::milliseconds xml_period{30000};   ///< XML is asked for again at least this often
    std::chrono::milliseconds first_backoff{500};  ///< doubles with every failed connection
    std::chrono::milliseconds last_backoff{15000};
};

/// The published view of a snapshot at a moment: a refresh that has been running for longer than the deadline
/// is an error, whatever it will say in the end.
[[nodiscard]] std::shared_ptr<const DomainSnapshot>
view_at(std::shared_ptr<const DomainSnapshot> snapshot,
        std::optional<std::chrono::steady_clock::time_point> call_since,
        std::chrono::steady_clock::time_point now, std::chrono::milliseconds deadline);

/// Follows libvirt's events, polls besides, and reconnects with backoff. snapshot() never blocks, however
/// long libvirt hangs.
class LibvirtInventory final : public DomainInventory {
public:
    /// `on_change` is called on the worker's thread after every new answer or loss of the connection.
    LibvirtInventory(const LibvirtEventLoop& loop, LibvirtOptions options, std::function<void()> on_change);
    LibvirtInventory(const LibvirtInventory&) = delete;
    LibvirtInventory& operator=(const LibvirtInventory&) = delete;
    /// Waits for a running call until its deadline, then leaves it behind.
    ~LibvirtInventory() override;

    [[nodiscard]] std::shared_ptr<const DomainSnapshot> snapshot() const override;

private:
    class Worker;

    std::shared_ptr<Worker> worker_;
    std::thread thread_;
};

} // namespace nova_rt
