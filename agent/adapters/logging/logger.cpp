#include "adapters/logging/logger.hpp"

#include "base/text.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>

namespace nova_rt {

namespace {

constexpr std::size_t kMaxValueBytes = 2048;

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
    case LogLevel::Debug:
        return spdlog::level::debug;
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

std::string_view level_name(LogLevel level) {
    switch (level) {
    case LogLevel::Debug:
        return "debug";
    case LogLevel::Info:
        return "info";
    case LogLevel::Warning:
        return "warning";
    case LogLevel::Error:
        return "error";
    }
    return "info";
}

/// Whether a value can stand without quotes in logfmt.
bool is_bare(std::string_view value) {
    return !value.empty() && std::ranges::all_of(value, [](char c) {
        return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
    });
}

} // namespace

std::optional<LogLevel> log_level_from(std::string_view name) {
    for (const LogLevel level : {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error}) {
        if (name == level_name(level)) {
            return level;
        }
    }
    return std::nullopt;
}

std::string format_logfmt(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    std::string line = "level=" + std::string(level_name(level)) + " msg=" + quoted(message, kMaxValueBytes);
    for (const auto& field : fields) {
        line += ' ' + std::string(field.name) + '=';
        line += is_bare(field.value) && field.value.size() <= kMaxValueBytes
                    ? field.value
                    : quoted(field.value, kMaxValueBytes);
    }
    return line;
}

class Logger::Impl {
public:
    Impl(std::string program, LogLevel least)
        : logger(std::move(program), std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
        logger.set_pattern("ts=%Y-%m-%dT%H:%M:%S.%eZ %v prog=%n", spdlog::pattern_time_type::utc);
        logger.set_level(spdlog_level(least));
        logger.flush_on(spdlog::level::debug);
    }

    spdlog::logger logger;
};

Logger::Logger(std::string program, LogLevel least)
    : impl_(std::make_unique<Impl>(std::move(program), least)) {}

Logger::Logger(Logger&&) noexcept = default;
Logger& Logger::operator=(Logger&&) noexcept = default;
Logger::~Logger() = default;

void Logger::log(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
    const auto severity = spdlog_level(level);
    if (impl_->logger.should_log(severity)) {
        impl_->logger.log(severity, "{}", format_logfmt(level, message, fields));
    }
}

void Logger::set_least(LogLevel least) {
    impl_->logger.set_level(spdlog_level(least));
}

} // namespace nova_rt
