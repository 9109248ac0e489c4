#include "wiring/wired_host.hpp"

#include <utility>

namespace nova_rt {

WiredHost::WiredHost(RootDirectory read_root, RootDirectory write_root, StateDirectory state,
                     StateDirectory leases)
    : reader_(std::move(read_root)), writer_(std::move(write_root)), lister_(reader_),
      lock_(state.path() + "/lock"), journal_(std::move(state)), leases_(std::move(leases)) {}

Result<std::unique_ptr<WiredHost>> WiredHost::open(const HostPaths& paths) {
    NOVA_RT_TRY_ASSIGN(read_root, RootDirectory::open(paths.root));
    NOVA_RT_TRY_ASSIGN(write_root, RootDirectory::open(paths.root));
    NOVA_RT_TRY_ASSIGN(state, StateDirectory::open(paths.state_directory));
    NOVA_RT_TRY_ASSIGN(leases, state.subdirectory("leases"));
    return std::unique_ptr<WiredHost>(
        new WiredHost(std::move(read_root), std::move(write_root), std::move(state), std::move(leases)));
}

EnginePorts WiredHost::engine_ports() {
    return {.reader = reader_,
            .writer = writer_,
            .threads = threads_,
            .lister = lister_,
            .lock = lock_,
            .journal = journal_,
            .leases = leases_,
            .clock = clock_};
}

} // namespace nova_rt
