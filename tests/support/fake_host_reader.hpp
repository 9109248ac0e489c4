// Kernel files in memory.
#pragma once

#include "base/text.hpp"
#include "ports/host_reader.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt::test {

/// A HostReader over a map of paths. Directories exist through their files; links are not followed.
class FakeHostReader : public HostReader {
public:
    void set(const std::string& path, const std::string& content) { files_[path] = content; }

    void set_link(const std::string& path, const std::string& target) { links_[path] = target; }

    void remove(const std::string& path) { files_.erase(path); }

    [[nodiscard]] Result<std::string> read(std::string_view path,
                                           std::size_t max_bytes = kDefaultMaxBytes) const override {
        const auto found = files_.find(std::string(path));
        if (found == files_.end()) {
            return fail(ErrorCode::NotFound, "read " + std::string(path) + ": no such file");
        }
        if (found->second.size() > max_bytes) {
            return fail(ErrorCode::NoSpace, "read " + std::string(path) + ": too long");
        }
        const auto last = found->second.find_last_not_of(" \t\n");
        return last == std::string::npos ? std::string() : found->second.substr(0, last + 1);
    }

    [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path) const override {
        const std::string prefix = std::string(path) + "/";
        std::set<std::string> names;
        for (const auto& [file, content] : files_) {
            if (file.starts_with(prefix)) {
                const std::string rest = file.substr(prefix.size());
                names.insert(rest.substr(0, rest.find('/')));
            }
        }
        if (names.empty()) {
            return fail(ErrorCode::NotFound, "list " + std::string(path) + ": no such directory");
        }
        return std::vector<std::string>(names.begin(), names.end());
    }

    [[nodiscard]] bool exists(std::string_view path) const override {
        return files_.contains(std::string(path)) || links_.contains(std::string(path)) ||
               list(path).has_value();
    }

    [[nodiscard]] Result<std::string> read_link(std::string_view path) const override {
        const auto found = links_.find(std::string(path));
        if (found == links_.end()) {
            return fail(ErrorCode::NotFound, "read link " + std::string(path) + ": no such link");
        }
        return found->second;
    }

private:
    std::map<std::string, std::string> files_;
    std::map<std::string, std::string> links_;
};

} // namespace nova_rt::test
