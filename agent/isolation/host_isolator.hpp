// The only code that changes the host.
#pragma once

#include "base/result.hpp"
#include "isolation/engine_ports.hpp"
#include "knobs/knob.hpp"
#include "model/change.hpp"

#include <functional>
#include <string>
#include <vector>

namespace nova_rt {

enum class WriteOutcome {
    InForce,    ///< written, read back and as wanted
    NotInForce, ///< the write succeeded and the setting reads something else
    Immovable,  ///< the kernel owns it
    Busy,       ///< the kernel refuses it for now
    Gone,       ///< it vanished meanwhile
    Failed,
};

/// A change and what became of it.
struct WriteResult {
    Change change;
    WriteOutcome outcome = WriteOutcome::Failed;
    std::string seen;  ///< what the setting reads now; `before` when it cannot be read
    std::string cause; ///< for any outcome but InForce
};

/// Writes settings and reads each one back. Knows nothing of journals: the caller has made the intent
/// durable.
class HostIsolator {
public:
    explicit HostIsolator(const EnginePorts& ports) : ports_(ports) {}

    /// In the given order. Stops behind the first result for which `stop` is true.
    [[nodiscard]] std::vector<WriteResult> apply(const std::vector<Change>& changes,
                                                 const std::function<bool(const WriteResult&)>& stop);

    /// Puts every setting that was touched back to its exact `before`, in reverse order, cgroup memberships
    /// first (they govern which affinity a thread may have). Goes on after a failure. Returns what is not
    /// back.
    [[nodiscard]] std::vector<WriteResult> restore(const std::vector<WriteResult>& touched);

private:
    [[nodiscard]] WriteResult write(const Change& change);
    [[nodiscard]] Status write_value(const Setting& setting, const std::string& value);
    [[nodiscard]] Status write_membership(const Setting& setting, const std::string& cgroup);

    EnginePorts ports_;
};

} // namespace nova_rt
