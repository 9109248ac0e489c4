// A file that others read while it is replaced.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// Replaces a file in one step: readers see the old text or the new one. Not durable, meant for /run.
/// The directory gets mode 0750 when it has to be made, the file 0640; both belong to the group when that
/// exists. Nothing is followed by symbolic link inside the directory.
class PublishedFile {
public:
    PublishedFile(std::string path, std::string group) : path_(std::move(path)), group_(std::move(group)) {}

    [[nodiscard]] Status publish(std::string_view text) const;

    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    std::string group_;
};

} // namespace nova_rt
