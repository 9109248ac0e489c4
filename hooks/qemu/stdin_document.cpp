#include "qemu/stdin_document.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace nova_rt {

namespace {

constexpr std::size_t kFirstBuffer = std::size_t{64} * 1024;

} // namespace

Result<StdinDocument> read_document(int fd, std::size_t max_bytes) {
    StdinDocument document;
    std::size_t used = 0;
    for (;;) {
        if (used == document.text.size()) {
            document.text.resize(std::min(std::max(kFirstBuffer, used * 2), max_bytes + 1));
        }
        const ssize_t got = ::read(fd, document.text.data() + used, document.text.size() - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail(system_error(errno, "read the domain XML from stdin"));
        }
        used += static_cast<std::size_t>(got);
        document.cut = used > max_bytes;
        if (got == 0 || document.cut) {
            break;
        }
    }
    document.text.resize(std::min(used, max_bytes));
    return document;
}

} // namespace nova_rt
