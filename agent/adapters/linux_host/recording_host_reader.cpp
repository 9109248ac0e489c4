#include "adapters/linux_host/recording_host_reader.hpp"

namespace nova_rt {

namespace {

/// Its entries are processes, and come and go.
constexpr std::string_view kProcesses = "proc";

} // namespace

Result<std::string> RecordingHostReader::read(std::string_view path, std::size_t max_bytes) const {
    auto text = source_.read(path, max_bytes);
    if (!text) {
        return text;
    }
    auto kept = redact_ ? redact_(path, *text) : std::optional(*text);
    if (!kept) {
        ++record_.left_out;
        return text;
    }
    const auto [file, added] = record_.files.try_emplace(std::string(path));
    record_.bytes += kept->size() - file->second.size();
    file->second = *std::move(kept);
    return text;
}

Result<std::vector<std::string>> RecordingHostReader::list(std::string_view path) const {
    auto names = source_.list(path);
    if (!names) {
        return names;
    }
    record_.directories.emplace(path);
    for (const auto& name : path == kProcesses ? std::vector<std::string>{} : *names) {
        const std::string entry = std::string(path) + "/" + name;
        if (source_.list(entry)) {
            record_.directories.insert(entry);
        }
    }
    return names;
}

bool RecordingHostReader::exists(std::string_view path) const {
    const bool there = source_.exists(path);
    if (there && !list(path)) {
        static_cast<void>(read(path));
    }
    return there;
}

Result<std::string> RecordingHostReader::read_link(std::string_view path) const {
    return source_.read_link(path);
}

} // namespace nova_rt
