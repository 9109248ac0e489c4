// A private directory whose files are replaced as a whole or not at all.
#pragma once

#include "base/result.hpp"
#include "base/unique_fd.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// A directory only its owner may enter (0700). Symbolic links are never followed inside it, nor as the
/// directory itself.
class StateDirectory {
public:
    /// Nothing the product keeps there is longer; a longer file is Corrupt.
    static constexpr std::size_t kMaxFileBytes = std::size_t{16} * 1024 * 1024;

    /// Opens the directory; creates it (0700) and its parent (0755) when missing. PermissionDenied when it
    /// belongs to somebody else or others may write to it.
    [[nodiscard]] static Result<StateDirectory> open(const std::string& path);

    /// Opens or creates a directory of the same kind in this one.
    [[nodiscard]] Result<StateDirectory> subdirectory(const std::string& name) const;

    /// Nothing when there is no such file.
    [[nodiscard]] Result<std::optional<std::string>> read(const std::string& name) const;
    /// Temporary file, fsync, rename, fsync of the directory: durable when it returns, and a crash leaves the
    /// old content or the new one. Removes temporary files whose writer was killed.
    [[nodiscard]] Status replace(const std::string& name, std::string_view content) const;
    /// Durable too; replaces what has the new name. NotFound when there is no such file.
    [[nodiscard]] Status rename(const std::string& from, const std::string& to) const;
    /// Durable too. Success when there is no such file. Removes temporary files whose writer was killed.
    [[nodiscard]] Status remove(const std::string& name) const;
    /// Sorted; temporary files of replace() are left out.
    [[nodiscard]] Result<std::vector<std::string>> list() const;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    StateDirectory(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

    [[nodiscard]] static Result<StateDirectory> adopt(UniqueFd fd, std::string path);
    [[nodiscard]] Status sync() const;
    [[nodiscard]] Status write_temporary(const std::string& name, std::string_view content) const;
    [[nodiscard]] Result<std::vector<std::string>> all_names() const;
    void remove_leftovers() const;

    UniqueFd fd_;
    std::string path_; ///< for messages
};

} // namespace nova_rt
