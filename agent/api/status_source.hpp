// The status document as the API sees it: a file somebody else writes, or fails to write.
#pragma once

#include "base/result.hpp"
#include "model/status.hpp"

#include <sys/types.h>
#include <time.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace nova_rt {

/// One document and the bodies made of it, serialised once and shared by all answers.
struct ServedStatus {
    StatusDocument document;
    std::string etag; ///< weak: the generation
    std::shared_ptr<const std::string> status_body;
    std::shared_ptr<const std::string> domains_body;
    std::shared_ptr<const std::string> cpus_body;
    std::map<DomainUuid, std::shared_ptr<const std::string>> domain_bodies;
};

/// What is known now: the last good document, and why there is no newer one.
struct StatusView {
    std::shared_ptr<const ServedStatus> served; ///< null before the first good document
    std::string problem;                        ///< empty when the file is good
};

/// Reads a status document of bounded size. Follows no symbolic link.
[[nodiscard]] Result<std::string> read_status_file(const std::string& path);

[[nodiscard]] std::shared_ptr<const ServedStatus> make_served_status(StatusDocument document);

/// Rereads the file when it changed. refresh() is called by one thread, view() by any.
class StatusSource {
public:
    explicit StatusSource(std::string path) : path_(std::move(path)) {}

    void refresh();

    [[nodiscard]] StatusView view() const;

private:
    struct FileVersion {
        dev_t device{};
        ino_t inode{};
        std::int64_t size = -1;
        timespec modified{};
    };

    /// Whether the file is another than the one read last.
    [[nodiscard]] bool has_changed();
    void set(StatusView view);

    std::string path_;
    FileVersion last_read_;
    mutable std::mutex mutex_; ///< guards view_
    StatusView view_{nullptr, "not read yet"};
};

} // namespace nova_rt
