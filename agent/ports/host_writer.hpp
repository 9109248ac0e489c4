// The seam through which HostIsolator, and nothing else, writes kernel files.
#pragma once

#include "base/result.hpp"

#include <string_view>

namespace nova_rt {

/// Writes attributes below the same root as a HostReader.
class HostWriter {
public:
    HostWriter() = default;
    HostWriter(const HostWriter&) = delete;
    HostWriter& operator=(const HostWriter&) = delete;
    virtual ~HostWriter() = default;

    /// One write(2) of the value to an existing attribute. Success proves nothing: read it back.
    /// The error carries the errno; which errno means "immovable" depends on the attribute.
    [[nodiscard]] virtual Status write(std::string_view path, std::string_view value) = 0;
};

} // namespace nova_rt
