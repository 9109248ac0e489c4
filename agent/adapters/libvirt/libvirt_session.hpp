// One connection to libvirt. Every call may block for as long as libvirt likes: see LibvirtInventory.
#pragma once

#include "base/result.hpp"
#include "ports/domain_inventory.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nova_rt {

/// What the session tells its owner, on the event loop's thread: must not block.
struct LibvirtSignals {
    std::function<void()> domains_changed;
    std::function<void()> connection_lost;
};

/// A read-only connection: nothing the agent does with libvirt can change a guest.
class LibvirtSession {
public:
    [[nodiscard]] static Result<std::unique_ptr<LibvirtSession>> open(const std::string& uri,
                                                                      LibvirtSignals signals);

    LibvirtSession(const LibvirtSession&) = delete;
    LibvirtSession& operator=(const LibvirtSession&) = delete;
    ~LibvirtSession();

    /// Active domains by ascending UUID. One that ends meanwhile is left out. `known` gives XML that need not
    /// be asked for again; it may be empty.
    using KnownXml = std::function<std::string(const DomainUuid&)>;
    [[nodiscard]] Result<std::vector<DomainRecord>> active_domains(const KnownXml& known) const;

    /// Of the daemon, "9.0.0".
    [[nodiscard]] std::string daemon_version() const;

private:
    class Impl;

    explicit LibvirtSession(std::unique_ptr<Impl> impl);

    std::unique_ptr<Impl> impl_;
};

} // namespace nova_rt
