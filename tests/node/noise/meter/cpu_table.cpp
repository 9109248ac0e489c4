#include "node/noise/meter/cpu_table.hpp"

#include "base/cpu_set.hpp"
#include "base/text.hpp"

#include <optional>
#include <utility>

namespace nova_rt::noise {

namespace {

constexpr std::size_t kArrivalsField = 9;

/// The words between white space, at most `limit` of them; the rest of the line comes last, trimmed.
std::vector<std::string_view> words(std::string_view line, std::size_t limit) {
    std::vector<std::string_view> found;
    line = trimmed(line);
    while (!line.empty()) {
        if (found.size() == limit) {
            found.push_back(line);
            break;
        }
        const auto end = line.find_first_of(" \t");
        found.push_back(line.substr(0, end));
        line = end == std::string_view::npos ? std::string_view{} : trimmed(line.substr(end));
    }
    return found;
}

std::string single_spaced(std::string_view text) {
    std::string result;
    for (const auto word : words(text, text.size())) {
        result += (result.empty() ? "" : " ") + std::string(word);
    }
    return result;
}

/// "CPU4" or "cpu4".
std::optional<unsigned> cpu_of(std::string_view word, std::string_view prefix) {
    const auto number =
        word.starts_with(prefix) ? parse_number<unsigned>(word.substr(prefix.size())) : std::nullopt;
    return number && *number < CpuSet::kMaxCpus ? number : std::nullopt;
}

Result<std::vector<unsigned>> parse_header(std::string_view line) {
    std::vector<unsigned> cpus;
    for (const auto word : words(line, line.size())) {
        const auto cpu = cpu_of(word, "CPU");
        if (!cpu) {
            return fail(ErrorCode::Corrupt, "header " + quoted(line) + ": expected CPU0 CPU1 ...");
        }
        cpus.push_back(*cpu);
    }
    if (cpus.empty()) {
        return fail(ErrorCode::Corrupt, "table of CPUs without a header");
    }
    return cpus;
}

/// none for a line that does not count by CPU.
std::optional<CpuTableRow> parse_row(std::string_view line, const std::vector<unsigned>& cpus) {
    const auto pieces = words(line, cpus.size() + 1);
    if (pieces.size() <= cpus.size() || !pieces[0].ends_with(':')) {
        return std::nullopt;
    }
    CpuTableRow row;
    row.label = pieces[0].substr(0, pieces[0].size() - 1);
    if (row.label.empty() || row.label == "ERR" || row.label == "MIS") {
        return std::nullopt;
    }
    for (std::size_t column = 0; column < cpus.size(); ++column) {
        const auto count = parse_number<std::uint64_t>(pieces[column + 1]);
        if (!count) {
            return std::nullopt;
        }
        row.counts.emplace(cpus[column], *count);
    }
    if (pieces.size() > cpus.size() + 1) {
        row.description = single_spaced(pieces.back());
    }
    return row;
}

} // namespace

Result<std::vector<CpuTableRow>> parse_cpu_table(std::string_view text) {
    const auto lines = split(text, '\n');
    NOVA_RT_TRY_ASSIGN(cpus, parse_header(lines[0]));
    std::vector<CpuTableRow> rows;
    for (std::size_t line = 1; line < lines.size(); ++line) {
        if (auto row = parse_row(lines[line], cpus)) {
            rows.push_back(*std::move(row));
        }
    }
    return rows;
}

Result<std::map<unsigned, std::uint64_t>> parse_arrivals(std::string_view text) {
    std::map<unsigned, std::uint64_t> arrivals;
    for (const auto line : split(text, '\n')) {
        const auto pieces = words(line, line.size());
        const auto cpu = pieces.empty() ? std::nullopt : cpu_of(pieces[0], "cpu");
        if (!cpu) {
            continue;
        }
        const auto count = pieces.size() > kArrivalsField
                               ? parse_number<std::uint64_t>(pieces[kArrivalsField])
                               : std::nullopt;
        if (!count) {
            return fail(ErrorCode::Corrupt,
                        "line " + quoted(line) + ": expected nine numbers (proc/schedstat)");
        }
        arrivals[*cpu] = *count;
    }
    if (arrivals.empty()) {
        return fail(ErrorCode::Corrupt, "proc/schedstat without a cpu line");
    }
    return arrivals;
}

} // namespace nova_rt::noise
