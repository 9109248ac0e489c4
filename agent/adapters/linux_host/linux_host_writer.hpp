// HostWriter over a root directory.
#pragma once

#include "adapters/linux_host/root_directory.hpp"
#include "ports/host_writer.hpp"

#include <utility>

namespace nova_rt {

class LinuxHostWriter final : public HostWriter {
public:
    explicit LinuxHostWriter(RootDirectory root) : root_(std::move(root)) {}

    [[nodiscard]] Status write(std::string_view path, std::string_view value) override;

private:
    RootDirectory root_;
};

} // namespace nova_rt
