#include "cli/host_context.hpp"

#include <utility>

namespace nova_rt {

HostContext::HostContext(RootDirectory reader_root, RootDirectory writer_root, StateDirectory journal,
                         StateDirectory leases)
    : reader_(std::move(reader_root)), writer_(std::move(writer_root)), lister_(reader_),
      lock_(std::string(kStateDirectory) + "/lock"), journal_(std::move(journal)), leases_(std::move(leases)),
      engine_(EnginePorts{.reader = reader_,
                          .writer = writer_,
                          .threads = threads_,
                          .lister = lister_,
                          .lock = lock_,
                          .journal = journal_,
                          .leases = leases_,
                          .clock = clock_}) {}

Result<std::unique_ptr<HostContext>> HostContext::open() {
    NOVA_RT_TRY_ASSIGN(reader_root, RootDirectory::open("/"));
    NOVA_RT_TRY_ASSIGN(writer_root, RootDirectory::open("/"));
    NOVA_RT_TRY_ASSIGN(state, StateDirectory::open(kStateDirectory));
    NOVA_RT_TRY_ASSIGN(leases, state.subdirectory("leases"));
    return std::unique_ptr<HostContext>(
        new HostContext(std::move(reader_root), std::move(writer_root), std::move(state), std::move(leases)));
}

Result<std::unique_ptr<HostReader>> open_host_reader() {
    NOVA_RT_TRY_ASSIGN(root, RootDirectory::open("/"));
    return std::unique_ptr<HostReader>(std::make_unique<LinuxHostReader>(std::move(root)));
}

} // namespace nova_rt
