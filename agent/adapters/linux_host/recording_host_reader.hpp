// A HostReader that remembers what it was asked, so that the same questions can be answered without the host.
#pragma once

#include "ports/host_reader.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nova_rt {

/// What a part of a host's file system looked like.
struct HostRecord {
    std::map<std::string, std::string> files; ///< by path; trailing white space removed
    std::set<std::string> directories;        ///< those that were listed, or found among a list's names
    std::size_t bytes = 0;                    ///< of all files
    std::size_t left_out = 0;                 ///< paths that were read and may not be recorded
};

/// Passes every question on to the source and records the answers it may: files read, directories listed. A
/// path asked with exists() is recorded as the file or directory that it is. Not for several threads at once.
class RecordingHostReader final : public HostReader {
public:
    /// Gives the text to record for a file, none to leave the file out. An empty text is recorded as such.
    using Redact = std::function<std::optional<std::string>(std::string_view path, std::string_view text)>;

    /// The source must outlive it.
    explicit RecordingHostReader(const HostReader& source, Redact redact = {})
        : source_(source), redact_(std::move(redact)) {}

    [[nodiscard]] Result<std::string> read(std::string_view path,
                                           std::size_t max_bytes = kDefaultMaxBytes) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path) const override;
    [[nodiscard]] bool exists(std::string_view path) const override;
    /// Is passed on and not recorded.
    [[nodiscard]] Result<std::string> read_link(std::string_view path) const override;

    [[nodiscard]] const HostRecord& record() const { return record_; }

private:
    const HostReader& source_;
    Redact redact_;
    mutable HostRecord record_;
};

} // namespace nova_rt
