// Log lines that people and programs can read: logfmt on stderr.
#pragma once

#include "base/result.hpp"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace nova_rt {

enum class LogLevel { Debug, Info, Warning, Error };

[[nodiscard]] std::optional<LogLevel> log_level_from(std::string_view name);

/// A named value of a log line. Values may be hostile text: the logger escapes them.
struct LogField {
    std::string_view name;
    std::string value;
};

/// level=warning msg="lease has no guest" domain=1111… : one line, whatever the values hold.
[[nodiscard]] std::string format_logfmt(LogLevel level, std::string_view message,
                                        std::initializer_list<LogField> fields);

/// Writes lines with a time stamp to stderr. Thread-safe.
class Logger {
public:
    Logger(std::string program, LogLevel least);
    Logger(Logger&&) noexcept;
    Logger& operator=(Logger&&) noexcept;
    Logger(const Logger&) = delete;
    Logger& operator=(const Logger&) = delete;
    ~Logger();

    void log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});
    void set_least(LogLevel least);

private:
    class Impl;

    std::unique_ptr<Impl> impl_;
};

} // namespace nova_rt
