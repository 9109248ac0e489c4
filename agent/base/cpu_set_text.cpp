// The notations of the kernel, libvirt and Nova for a set of CPUs.
#include "base/cpu_set.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <iterator>

namespace nova_rt {

namespace {

struct Range {
    unsigned first;
    unsigned last;
};

tl::unexpected<Error> refuse(std::string_view notation, std::string_view text, const std::string& reason) {
    return fail(ErrorCode::InvalidArgument, std::string(notation) + ' ' + quoted(text) + ": " + reason);
}

std::string beyond_limit() {
    return "CPU numbers go up to " + std::to_string(CpuSet::kMaxCpus - 1);
}

/// The digits of a decimal number of any length, without leading zeros.
std::optional<std::string_view> digits_of(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    return text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
}

/// Numbers beyond the limit become kMaxCpus so that callers can tell.
unsigned saturated(std::string_view digits) {
    return std::min(parse_number<unsigned>(digits).value_or(CpuSet::kMaxCpus), CpuSet::kMaxCpus);
}

bool is_less(std::string_view digits, std::string_view than) {
    return digits.size() != than.size() ? digits.size() < than.size() : digits < than;
}

/// "N" or "N-M" with N <= M, with optional white space around the numbers.
std::optional<Range> parse_range(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = digits_of(trimmed(text.substr(0, dash)));
    const auto last = dash == std::string_view::npos ? first : digits_of(trimmed(text.substr(dash + 1)));
    if (!first || !last || is_less(*last, *first)) {
        return std::nullopt;
    }
    return Range{.first = saturated(*first), .last = saturated(*last)};
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Adds the CPUs of one hexadecimal digit whose lowest bit is CPU `base`; false when one is beyond the limit.
bool add_nibble(CpuSet& set, unsigned base, unsigned digit) {
    for (unsigned bit = 0; bit < 4; ++bit) {
        if (((digit >> bit) & 1U) == 0) {
            continue;
        }
        if (base + bit >= CpuSet::kMaxCpus) {
            return false;
        }
        set.add(base + bit);
    }
    return true;
}

} // namespace

Result<CpuSet> CpuSet::from_cpulist(std::string_view text) {
    const std::string_view list = trimmed(text);
    CpuSet set;
    if (list.empty() || list == "(null)") {
        return set;
    }
    if (list.size() > kMaxTextBytes) {
        return refuse("cpulist", list, "longer than any list of CPUs");
    }
    for (const std::string_view item : split(list, ',')) {
        const auto range = parse_range(item);
        if (!range) {
            return refuse("cpulist", list, "expected N or N-M instead of " + quoted(item));
        }
        if (range->last >= kMaxCpus) {
            return refuse("cpulist", list, beyond_limit());
        }
        set.add_range(range->first, range->last);
    }
    return set;
}

Result<CpuSet> CpuSet::from_mask(std::string_view text) {
    std::string_view mask = trimmed(text);
    if (mask.starts_with("0x") || mask.starts_with("0X")) {
        mask.remove_prefix(2);
    }
    if (mask.empty() || mask.size() > kMaxTextBytes) {
        return refuse("CPU mask", text, "expected hexadecimal digits");
    }
    CpuSet set;
    unsigned base = 0;
    const auto groups = split(mask, ',');
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
        const bool highest = std::next(group) == groups.rend();
        if (group->empty() || (groups.size() > 1 && group->size() > 8) || (!highest && group->size() != 8)) {
            return refuse("CPU mask", text, "groups between commas have 8 hexadecimal digits");
        }
        for (auto digit = group->rbegin(); digit != group->rend(); ++digit, base += 4) {
            const int value = hex_value(*digit);
            if (value < 0) {
                return refuse("CPU mask", text, "expected hexadecimal digits");
            }
            if (!add_nibble(set, base, static_cast<unsigned>(value))) {
                return refuse("CPU mask", text, beyond_limit());
            }
        }
    }
    return set;
}

Result<CpuSet> CpuSet::from_nova_spec(std::string_view text) {
    if (text.size() > kMaxTextBytes) {
        return refuse("CPU spec", text, "longer than any list of CPUs");
    }
    CpuSet included;
    CpuSet excluded;
    for (const std::string_view piece : split(text, ',')) {
        std::string_view item = trimmed(piece);
        if (item.empty()) {
            continue;
        }
        const bool exclude = item.front() == '^';
        if (exclude) {
            item.remove_prefix(1);
        }
        const auto range = parse_range(item);
        if (!range) {
            return refuse("CPU spec", text,
                          "expected N, N-M with N <= M, or one of these after ^, instead of " +
                              quoted(piece));
        }
        if (exclude) {
            if (range->first < kMaxCpus) {
                excluded.add_range(range->first, std::min(range->last, kMaxCpus - 1));
            }
            continue;
        }
        if (range->last >= kMaxCpus) {
            return refuse("CPU spec", text, beyond_limit());
        }
        included.add_range(range->first, range->last);
    }
    return included -= excluded;
}

std::string CpuSet::to_cpulist() const {
    std::string text;
    for (auto it = begin(); it != end();) {
        const unsigned first = *it;
        unsigned last = first;
        for (++it; it != end() && *it == last + 1; ++it) {
            last = *it;
        }
        if (!text.empty()) {
            text += ',';
        }
        text += std::to_string(first);
        if (last != first) {
            text += '-' + std::to_string(last);
        }
    }
    return text;
}

std::string CpuSet::to_mask() const {
    if (empty()) {
        return "0";
    }
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (unsigned digit = *last() / 4 + 1; digit-- > 0;) {
        text += kDigits[(word(digit / 16) >> (digit % 16 * 4)) & 0xFU];
        if (digit != 0 && digit % 8 == 0) {
            text += ',';
        }
    }
    return text;
}

} // namespace nova_rt
