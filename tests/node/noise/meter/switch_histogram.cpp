#include "node/noise/meter/switch_histogram.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

namespace nova_rt::noise {

namespace {

constexpr std::string_view kKeys = "hist:keys=common_cpu,next_pid,next_comm";
constexpr std::string_view kSize = ":size=16384";
/// The kernel pads a string key to this width.
constexpr std::size_t kNameWidth = 50;
constexpr std::string_view kEntry = "{ common_cpu:";
constexpr std::string_view kDropped = "Dropped:";

/// " if CPU >= 4 && CPU <= 5 || CPU >= 7 && CPU <= 7"; && binds tighter.
std::string filter_for(const CpuSet& cpus) {
    std::string filter;
    const std::string list = cpus.to_cpulist();
    for (const auto range : split(list, ',')) {
        const auto first = range.substr(0, range.find('-'));
        const auto last = range.substr(range.find('-') == std::string_view::npos ? 0 : range.find('-') + 1);
        filter += (filter.empty() ? " if CPU >= " : " || CPU >= ") + std::string(first) +
                  " && CPU <= " + std::string(last);
    }
    return filter;
}

/// Reads its way through one text.
class Cursor {
public:
    explicit Cursor(std::string_view text) : rest_(text) {}

    [[nodiscard]] std::string_view rest() const { return rest_; }

    [[nodiscard]] bool done() const { return rest_.empty(); }

    void skip_line() {
        const auto end = rest_.find('\n');
        rest_ = end == std::string_view::npos ? std::string_view{} : rest_.substr(end + 1);
    }

    bool take(std::string_view expected) {
        const bool there = rest_.starts_with(expected);
        rest_.remove_prefix(there ? expected.size() : 0);
        return there;
    }

    std::optional<std::uint64_t> number() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size()));
        const auto digits = rest_.substr(0, rest_.find_first_not_of("0123456789"));
        rest_.remove_prefix(digits.size());
        return parse_number<std::uint64_t>(digits);
    }

    std::string_view fixed(std::size_t width) {
        const auto piece = rest_.substr(0, width);
        rest_.remove_prefix(piece.size());
        return piece;
    }

private:
    std::string_view rest_;
};

/// Behind "{ common_cpu:"; none when the entry has other keys or another shape.
std::optional<SwitchCount> parse_entry(Cursor& cursor) {
    const auto cpu = cursor.number();
    const bool has_pid = cursor.take(", next_pid:");
    const auto tid = has_pid ? cursor.number() : std::nullopt;
    if (!cpu || !tid || !cursor.take(", next_comm: ")) {
        return std::nullopt;
    }
    const auto name = cursor.fixed(kNameWidth);
    if (!cursor.take(" } hitcount:")) {
        return std::nullopt;
    }
    const auto count = cursor.number();
    if (!count || *cpu >= CpuSet::kMaxCpus || *tid > INT32_MAX) {
        return std::nullopt;
    }
    const auto end = name.find_last_not_of(' ');
    return SwitchCount{.cpu = static_cast<unsigned>(*cpu),
                       .tid = static_cast<int>(*tid),
                       .name = std::string(name.substr(0, end == std::string_view::npos ? 0 : end + 1)),
                       .count = *count};
}

} // namespace

std::string switch_trigger(const CpuSet& cpus) {
    return std::string(kKeys) + std::string(kSize) + filter_for(cpus);
}

bool is_armed(std::string_view trigger_file, const CpuSet& cpus) {
    for (const auto line : split(trigger_file, '\n')) {
        // hist:keys=...:vals=hitcount:sort=hitcount:size=16384:clock=global if CPU >= 4 && CPU <= 7 [active]
        const auto filter = line.find(" if ");
        const auto state = line.rfind(" [active]");
        if (line.starts_with(kKeys) && filter != std::string_view::npos && state != std::string_view::npos &&
            line.substr(filter, state - filter) == filter_for(cpus)) {
            return true;
        }
    }
    return false;
}

Result<SwitchHistogram> parse_switch_histogram(std::string_view text) {
    SwitchHistogram histogram;
    bool ours = false;
    for (Cursor cursor(text); !cursor.done(); cursor.skip_line()) {
        if (cursor.rest().starts_with("# trigger info: ")) {
            ours = cursor.rest().starts_with("# trigger info: " + std::string(kKeys));
        } else if (ours && cursor.take(kEntry)) {
            const auto entry = parse_entry(cursor);
            if (!entry) {
                return fail(ErrorCode::Corrupt,
                            "histogram of switches: near " + quoted(cursor.rest()) +
                                ": expected { common_cpu, next_pid, next_comm } hitcount");
            }
            histogram.switches.push_back(*entry);
        } else if (Cursor totals(trimmed(cursor.rest().substr(0, cursor.rest().find('\n'))));
                   ours && totals.take(kDropped)) {
            histogram.dropped += totals.number().value_or(0);
        }
    }
    return histogram;
}

SwitchHistogram between(const SwitchHistogram& opening, const SwitchHistogram& closing) {
    using Key = std::tuple<unsigned, int, std::string_view>;
    std::map<Key, std::uint64_t> before;
    for (const auto& [cpu, tid, name, count] : opening.switches) {
        before[{cpu, tid, name}] += count;
    }
    SwitchHistogram result;
    result.dropped = closing.dropped - std::min(opening.dropped, closing.dropped);
    for (const auto& entry : closing.switches) {
        const auto known = before.find({entry.cpu, entry.tid, entry.name});
        const std::uint64_t earlier = known == before.end() ? 0 : std::min(known->second, entry.count);
        if (entry.count > earlier) {
            result.switches.push_back(entry);
            result.switches.back().count -= earlier;
        }
    }
    return result;
}

} // namespace nova_rt::noise
