// HostLock by flock(2) on a file.
#pragma once

#include "ports/host_lock.hpp"

#include <string>
#include <utility>

namespace nova_rt {

/// The file is created (0600) when it does not exist and never removed; its directory must exist. Two objects
/// exclude each other within one process too.
class FileHostLock final : public HostLock {
public:
    explicit FileHostLock(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] Result<std::unique_ptr<Guard>> acquire(std::chrono::milliseconds deadline) override;

private:
    std::string path_;
};

} // namespace nova_rt
