#include "node/noise/meter/osnoise_trace.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace nova_rt::noise {

namespace {

/// Runtime, noise, % available (with a point), largest, then the five counters.
constexpr std::size_t kColumns = 9;
constexpr std::size_t kPercentColumn = 2;

std::optional<std::array<std::uint64_t, kColumns>> parse_columns(std::string_view text) {
    std::array<std::uint64_t, kColumns> values{};
    std::size_t column = 0;
    for (const auto word : split(text, ' ')) {
        if (word.empty()) {
            continue;
        }
        const auto number = parse_number<std::uint64_t>(word.substr(0, word.find('.')));
        if (!number || column == kColumns || (column != kPercentColumn && word.find('.') != word.npos)) {
            return std::nullopt;
        }
        values.at(column++) = *number;
    }
    return column == kColumns ? std::optional(values) : std::nullopt;
}

/// "osnoise/4-1234 [004] ..... 81.637220: 1000000 190 99.98100 9 18 0 1007 18 1"
void add_line(std::string_view line, const CpuSet& cpus, std::map<unsigned, OsnoiseCounts>& sums) {
    constexpr std::string_view kThread = "osnoise/";
    line = trimmed(line);
    const auto opened = line.find('[');
    const auto closed = line.find(']');
    const auto time_end = line.find(": ");
    if (!line.starts_with(kThread) || opened > closed || closed > time_end ||
        time_end == std::string_view::npos) {
        return;
    }
    const auto cpu = parse_number<unsigned>(line.substr(opened + 1, closed - opened - 1));
    const auto values = parse_columns(line.substr(time_end + 2));
    if (!cpu || !values || !cpus.contains(*cpu)) {
        return;
    }
    const auto& [runtime, noise, available, largest, hardware, nmi, irq, softirq, thread] = *values;
    auto& sum = sums[*cpu];
    sum.cpu = *cpu;
    sum.periods += 1;
    sum.noise_us += noise;
    sum.largest_us = std::max(sum.largest_us, largest);
    sum.hardware += hardware;
    sum.nmi += nmi;
    sum.irq += irq;
    sum.softirq += softirq;
    sum.thread += thread;
}

} // namespace

std::vector<OsnoiseCounts> parse_osnoise_trace(std::string_view text, const CpuSet& cpus) {
    std::map<unsigned, OsnoiseCounts> sums;
    for (const auto line : split(text, '\n')) {
        add_line(line, cpus, sums);
    }
    std::vector<OsnoiseCounts> counts;
    for (const auto& [cpu, sum] : sums) {
        counts.push_back(sum);
    }
    return counts;
}

} // namespace nova_rt::noise
