// The seam through which the product reads kernel files.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// Reads files below one root: "/" in production, a fixture tree in tests. Paths are relative to that root
/// ("proc/irq/24/smp_affinity_list"); none can leave it, by ".." or by symbolic link.
class HostReader {
public:
    /// No kernel attribute the product reads is longer; a longer file is NoSpace.
    static constexpr std::size_t kDefaultMaxBytes = std::size_t{4} * 1024 * 1024;

    HostReader() = default;
    HostReader(const HostReader&) = delete;
    HostReader& operator=(const HostReader&) = delete;
    virtual ~HostReader() = default;

    /// The whole file, trailing white space removed. NotFound when it does not exist.
    [[nodiscard]] virtual Result<std::string> read(std::string_view path,
                                                   std::size_t max_bytes = kDefaultMaxBytes) const = 0;

    /// The names in a directory without "." and "..", sorted. NotFound when it does not exist.
    [[nodiscard]] virtual Result<std::vector<std::string>> list(std::string_view path) const = 0;

    /// Whether the path exists; a symbolic link counts by what it points to.
    [[nodiscard]] virtual bool exists(std::string_view path) const = 0;

    /// What a symbolic link says, unresolved.
    [[nodiscard]] virtual Result<std::string> read_link(std::string_view path) const = 0;
};

} // namespace nova_rt
