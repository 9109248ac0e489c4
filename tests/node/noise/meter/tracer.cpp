#include "node/noise/meter/tracer.hpp"

#include "base/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>

namespace nova_rt::noise {

namespace {

constexpr const char* kTracing = "sys/kernel/tracing/";
constexpr const char* kCurrentTracer = "sys/kernel/tracing/current_tracer";
constexpr const char* kAvailableTracers = "sys/kernel/tracing/available_tracers";
constexpr const char* kTrace = "sys/kernel/tracing/trace";
constexpr const char* kOsnoiseCpus = "sys/kernel/tracing/osnoise/cpus";
constexpr std::string_view kOsnoise = "osnoise";
constexpr std::size_t kMaxTraceBytes = std::size_t{64} * 1024 * 1024;

enum class Open { Append, Truncate };

/// Opening a trigger file for truncation removes every trigger in it.
Status write_to(const RootDirectory& root, std::string_view path, std::string_view text, Open mode) {
    const int flags = O_WRONLY | (mode == Open::Append ? O_APPEND : O_TRUNC);
    NOVA_RT_TRY_ASSIGN(fd, root.open_file(path, flags));
    const ssize_t written = ::write(fd.get(), text.data(), text.size());
    if (written != static_cast<ssize_t>(text.size())) {
        return fail(system_error(written < 0 ? errno : EIO,
                                 "write " + quoted(text, 256) + " to /" + std::string(path)));
    }
    return {};
}

Status arm_osnoise(const HostReader& reader, const RootDirectory& root, const CpuSet& cpus) {
    const auto available = reader.read(kAvailableTracers).value_or("");
    if ((" " + available + " ").find(" osnoise ") == std::string::npos) {
        return fail(ErrorCode::Unsupported,
                    "the kernel has no osnoise tracer, only " + quoted(available, 256));
    }
    NOVA_RT_TRY(write_to(root, kOsnoiseCpus, cpus.to_cpulist(), Open::Truncate));
    return write_to(root, kCurrentTracer, kOsnoise, Open::Truncate);
}

} // namespace

bool Tracer::switches_armed(const CpuSet& cpus) const {
    const auto triggers = reader_.read(kSwitchTriggerFile);
    return triggers && is_armed(*triggers, cpus);
}

bool Tracer::osnoise_armed() const {
    return reader_.read(kCurrentTracer) == std::string(kOsnoise);
}

Status Tracer::arm(const CpuSet& cpus, OsnoiseTracer osnoise) const {
    if (!reader_.exists(kSwitchTriggerFile)) {
        return fail(ErrorCode::Unsupported, std::string("arm: /") + kTracing +
                                                " has no event sched_switch: is tracefs mounted there?");
    }
    if (!switches_armed(cpus)) {
        NOVA_RT_TRY(write_to(root_, kSwitchTriggerFile, switch_trigger(cpus), Open::Append));
    }
    if (osnoise == OsnoiseTracer::On && !osnoise_armed()) {
        NOVA_RT_TRY(arm_osnoise(reader_, root_, cpus));
    }
    return {};
}

Status Tracer::disarm(const CpuSet& cpus) const {
    if (osnoise_armed()) {
        NOVA_RT_TRY(write_to(root_, kCurrentTracer, "nop", Open::Truncate));
    }
    if (switches_armed(cpus)) {
        NOVA_RT_TRY(write_to(root_, kSwitchTriggerFile, "!" + switch_trigger(cpus), Open::Append));
    }
    return {};
}

Status Tracer::clear_osnoise() const {
    return osnoise_armed() ? write_to(root_, kTrace, "\n", Open::Truncate) : Status{};
}

Result<std::optional<SwitchHistogram>> Tracer::switches(const CpuSet& cpus) const {
    if (!switches_armed(cpus)) {
        return std::optional<SwitchHistogram>{};
    }
    NOVA_RT_TRY_ASSIGN(text, reader_.read(kSwitchHistogramFile, kMaxTraceBytes));
    NOVA_RT_TRY_ASSIGN(histogram, parse_switch_histogram(text));
    return std::optional(std::move(histogram));
}

Result<std::optional<std::vector<OsnoiseCounts>>> Tracer::osnoise(const CpuSet& cpus) const {
    if (!osnoise_armed()) {
        return std::optional<std::vector<OsnoiseCounts>>{};
    }
    NOVA_RT_TRY_ASSIGN(text, reader_.read(kTrace, kMaxTraceBytes));
    return std::optional(parse_osnoise_trace(text, cpus));
}

} // namespace nova_rt::noise
