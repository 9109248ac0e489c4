// One transition of the host to f(baseline, leases): journal, diff, durable intent, writes, commit.
#pragma once

#include "base/result.hpp"
#include "isolation/change_planner.hpp"
#include "isolation/engine_ports.hpp"
#include "isolation/host_isolator.hpp"
#include "isolation/state_repository.hpp"
#include "isolation/transition_report.hpp"
#include "model/lease.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace nova_rt {

/// What to do about settings that the kernel refused to move for the same set of guests.
enum class KnownImmovable { Skip, Retry };

struct TransitionRequest {
    std::map<DomainUuid, Lease> leases; ///< of all guests
    std::set<DomainUuid> sweep;         ///< guests whose threads are examined
    /// The `required` guest that is being started: a critical failure that concerns it rolls everything back.
    std::optional<DomainUuid> veto;
    KnownImmovable known_immovable = KnownImmovable::Skip;
};

/// The caller holds the host lock, except for preview().
class Transition {
public:
    explicit Transition(const EnginePorts& ports) : ports_(ports), repository_(ports), isolator_(ports) {}

    /// Refused after a rollback. Any other error means that nothing was written.
    [[nodiscard]] Result<TransitionReport> run(const TransitionRequest& request);

    /// What run() would write.
    [[nodiscard]] Result<TransitionReport> preview(const TransitionRequest& request) const;

private:
    struct Draft {
        LoadedJournal loaded;
        HostDemand demand;
        ChangePlan plan;
        std::vector<Finding> findings;
    };

    [[nodiscard]] Result<Draft> draft(const TransitionRequest& request) const;
    [[nodiscard]] Status write_intent(const Draft& draft);
    [[nodiscard]] Status roll_back(const Draft& draft, const std::vector<WriteResult>& results,
                                   TransitionReport& report);
    void commit(const Draft& draft, const TransitionRequest& request, const std::vector<WriteResult>& results,
                TransitionReport& report);

    EnginePorts ports_;
    StateRepository repository_;
    HostIsolator isolator_;
};

} // namespace nova_rt
