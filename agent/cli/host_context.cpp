#include "cli/host_context.hpp"

namespace nova_rt {

Result<std::unique_ptr<HostContext>> HostContext::open() {
    NOVA_RT_TRY_ASSIGN(host, WiredHost::open(HostPaths{}));
    return std::unique_ptr<HostContext>(new HostContext(std::move(host)));
}

Result<std::unique_ptr<HostReader>> open_host_reader() {
    NOVA_RT_TRY_ASSIGN(root, RootDirectory::open("/"));
    return std::unique_ptr<HostReader>(std::make_unique<LinuxHostReader>(std::move(root)));
}

} // namespace nova_rt
