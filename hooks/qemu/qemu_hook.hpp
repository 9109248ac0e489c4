// What the hook does at each operation.
#pragma once

#include "isolation/isolation_engine.hpp"
#include "model/guest_domain.hpp"
#include "ports/host_reader.hpp"
#include "qemu/hook_invocation.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

struct HookInput {
    HookOperation operation = HookOperation::Other;
    std::string_view xml;
    bool xml_is_cut = false;
};

struct HookResult {
    int exit_status = 0;
    std::vector<std::string> messages; ///< for stderr, one line each
};

/// The operation table of hooks/README.md.
class QemuHook {
public:
    /// status_directory: below the reader's root, where libvirt keeps the status files of running domains.
    QemuHook(IsolationEngine& engine, const HostReader& reader, std::string status_directory)
        : engine_(engine), reader_(reader), status_directory_(std::move(status_directory)) {}

    [[nodiscard]] HookResult run(const HookInput& input);

private:
    [[nodiscard]] Result<TransitionReport> act(HookOperation operation, const GuestDomain& guest);
    [[nodiscard]] Result<TransitionReport> started(const GuestDomain& guest);
    [[nodiscard]] Result<GuestThreads> find_threads(const DomainUuid& guest) const;
    [[nodiscard]] Result<TransitionReport> release(const HookInput& input);

    IsolationEngine& engine_;
    const HostReader& reader_;
    std::string status_directory_;
};

} // namespace nova_rt
