// HostReader over a root directory.
#pragma once

#include "adapters/linux_host/root_directory.hpp"
#include "ports/host_reader.hpp"

#include <utility>

namespace nova_rt {

class LinuxHostReader final : public HostReader {
public:
    explicit LinuxHostReader(RootDirectory root) : root_(std::move(root)) {}

    [[nodiscard]] Result<std::string> read(std::string_view path,
                                           std::size_t max_bytes = kDefaultMaxBytes) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path) const override;
    [[nodiscard]] bool exists(std::string_view path) const override;
    [[nodiscard]] Result<std::string> read_link(std::string_view path) const override;

private:
    RootDirectory root_;
};

} // namespace nova_rt
