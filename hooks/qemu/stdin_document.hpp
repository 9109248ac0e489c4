// The domain XML on the hook's stdin.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>

namespace nova_rt {

struct StdinDocument {
    std::string text;
    bool cut = false; ///< there was more than the limit; the rest was not read
};

/// libvirt's own domain XML is a few dozen KiB; the domain reader's limit is the same.
inline constexpr std::size_t kMaxStdinBytes = std::size_t{4} * 1024 * 1024;

/// Reads a descriptor to its end or to the limit.
[[nodiscard]] Result<StdinDocument> read_document(int fd, std::size_t max_bytes = kMaxStdinBytes);

} // namespace nova_rt
