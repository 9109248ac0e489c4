#include "cli/this_machine.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <iterator>

namespace nova_rt {

Result<MachineFacts> this_machine() {
    utsname name{};
    if (::uname(&name) != 0) {
        return fail(ErrorCode::Internal, "uname failed");
    }
    const long page = ::sysconf(_SC_PAGESIZE);
    return MachineFacts{.architecture = std::data(name.machine),
                        .base_page = KiB{static_cast<std::uint64_t>(page) / 1024}};
}

} // namespace nova_rt
