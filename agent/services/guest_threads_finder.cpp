#include "services/guest_threads_finder.hpp"

#include "base/text.hpp"
#include "domainxml/domain_status_reader.hpp"

namespace nova_rt {

Result<GuestThreads> find_guest_threads(const HostReader& reader, const std::string& directory,
                                        const std::string& domain_name, const DomainUuid& uuid) {
    if (domain_name.empty() || domain_name.find('/') != std::string::npos || domain_name.front() == '.') {
        return fail(ErrorCode::NotFound, "domain name " + nova_rt::quoted(domain_name) + " names no file");
    }
    const std::string path = directory + "/" + domain_name + ".xml";
    NOVA_RT_TRY_ASSIGN(text, reader.read(path));
    NOVA_RT_TRY_ASSIGN_CONTEXT(status, read_domain_status(text), "read /" + path);
    if (status.uuid != uuid) {
        return fail(ErrorCode::NotFound, "/" + path + " is about another guest");
    }
    GuestThreads threads;
    threads.qemu = status.qemu_pid;
    threads.vcpus = status.vcpu_threads;
    return threads;
}

} // namespace nova_rt
