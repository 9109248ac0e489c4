#include "adapters/config/ini_file.hpp"

#include "base/text.hpp"
#include "base/unique_fd.hpp"

#include <fcntl.h>
#include <ini.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace nova_rt {

namespace {

constexpr std::size_t kMaxFileBytes = std::size_t{1024} * 1024;
constexpr int kMaxLineBytes = 8192;

struct Collector {
    std::vector<IniSetting> settings;
    std::string origin;
};

extern "C" int collect(void* user, const char* section, const char* name, const char* value) {
    auto* const collector = static_cast<Collector*>(user);
    collector->settings.push_back({section, name, value == nullptr ? "" : value, collector->origin});
    return 1;
}

/// inih is configured through its own globals; they are set to the same values before every parse.
void configure_inih() {
    ini_allow_inline_comments = false;
    ini_allow_multiline = false;
    ini_use_stack = false;
    ini_initial_alloc = 256;
    ini_max_line = kMaxLineBytes;
    ini_allow_realloc = true;
}

/// inih's result: 0, the first bad line, or negative.
int collect_settings(std::string_view text, Collector& collector) {
    configure_inih();
    return ::ini_parse_string(std::string(text).c_str(), &collect, &collector);
}

} // namespace

Result<std::vector<IniSetting>> parse_ini(std::string_view text, std::string_view origin) {
    if (!is_valid_utf8(text)) {
        return fail(ErrorCode::InvalidArgument, "read " + std::string(origin) + ": not UTF-8 text");
    }
    Collector collector{{}, std::string(origin)};
    const int bad_line = collect_settings(text, collector);
    if (bad_line != 0) {
        return fail(ErrorCode::InvalidArgument, "read " + std::string(origin) + ": line " +
                                                    std::to_string(bad_line) +
                                                    " is neither a setting, a section nor a comment");
    }
    return std::move(collector.settings);
}

std::vector<IniSetting> parse_foreign_ini(std::string_view text, std::string_view origin) {
    Collector collector{{}, std::string(origin)};
    static_cast<void>(collect_settings(text.substr(0, text.find('\0')), collector));
    return std::move(collector.settings);
}

Result<std::string> read_config_file(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file) {
        return fail(system_error(errno, "read " + path));
    }
    std::string text;
    std::array<char, 16384> chunk{};
    for (;;) {
        const ssize_t got = ::read(file.get(), chunk.data(), chunk.size());
        if (got < 0) {
            return fail(system_error(errno, "read " + path));
        }
        if (got == 0) {
            return text;
        }
        text.append(chunk.data(), static_cast<std::size_t>(got));
        if (text.size() > kMaxFileBytes) {
            return fail(ErrorCode::NoSpace,
                        "read " + path + ": longer than " + std::to_string(kMaxFileBytes) + " bytes");
        }
    }
}

} // namespace nova_rt
