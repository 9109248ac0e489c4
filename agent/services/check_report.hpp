// The node's checks as they are published.
#pragma once

#include "checks/check_result.hpp"
#include "model/status.hpp"
#include "ports/domain_inventory.hpp"
#include "services/lease_keeper.hpp"

#include <map>
#include <string>
#include <vector>

namespace nova_rt {

/// Collects results by name: the worst state counts, the texts are joined.
class CheckReport {
public:
    explicit CheckReport(TimePoint now) : now_(now) {}

    void pass(const std::string& name);
    void add(const std::string& name, CheckState state, const std::string& output);
    void add(const CheckResult& result);

    /// Ascending by name.
    [[nodiscard]] std::vector<CheckStatus> take() const;

private:
    TimePoint now_;
    std::map<std::string, CheckStatus> checks_;
};

/// "libvirt": connected, and answering.
void check_libvirt(const DomainSnapshot& snapshot, TimePoint now, CheckReport& report);
/// "hook" and "reconcile".
void check_keeper(const KeeperReport& keeper, CheckReport& report);
/// "irq" and "collision".
void check_interference(const StatusDocument& status, CheckReport& report);

} // namespace nova_rt
