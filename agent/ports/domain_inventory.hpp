// The seam to the guests that libvirt runs.
#pragma once

#include "base/domain_uuid.hpp"
#include "model/status.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nova_rt {

/// One active domain: running, paused or otherwise with a QEMU process.
struct DomainRecord {
    DomainUuid uuid;
    std::string name;
    DomainState state = DomainState::NoState;
    bool starting = false; ///< QEMU is being started: the hook's `started` has not run yet
    std::string xml;       ///< the live XML
};

/// What libvirt said last. Old news stay valid when libvirt hangs or dies: look at as_of.
struct DomainSnapshot {
    std::uint64_t sequence = 0; ///< grows with every answer that differs from the one before
    std::optional<TimePoint> as_of;
    std::vector<DomainRecord> domains; ///< ascending by uuid
    bool connected = false;
    std::string error;   ///< why there is no connection or no fresh answer; empty when all is well
    std::string version; ///< of libvirt's daemon, "9.0.0"; empty before the first connection
};

/// Never blocks: answers from what is known.
class DomainInventory {
public:
    DomainInventory() = default;
    DomainInventory(const DomainInventory&) = delete;
    DomainInventory& operator=(const DomainInventory&) = delete;
    virtual ~DomainInventory() = default;

    [[nodiscard]] virtual std::shared_ptr<const DomainSnapshot> snapshot() const = 0;
};

} // namespace nova_rt
