#include "base/cpu_set.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace nova_rt {

namespace {

constexpr unsigned kWordBits = 64;

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

/// A decimal number of any length; values beyond the limit become kMaxCpus so that callers can tell.
std::optional<unsigned> parse_saturating(std::string_view text) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
        return std::nullopt;
    }
    const auto value =
        parse_number<unsigned>(text.substr(std::min(text.find_first_not_of('0'), text.size() - 1)));
    return std::min(value.value_or(CpuSet::kMaxCpus), CpuSet::kMaxCpus);
}

/// "N" or "N-M" with optional white space around the numbers.
std::optional<Range> parse_range(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = parse_saturating(trimmed(text.substr(0, dash)));
    if (!first) {
        return std::nullopt;
    }
    if (dash == std::string_view::npos) {
        return Range{*first, *first};
    }
    const auto last = parse_saturating(trimmed(text.substr(dash + 1)));
    if (!last || *last < *first) {
        return std::nullopt;
    }
    return Range{*first, *last};
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

} // namespace

CpuSet::CpuSet(std::initializer_list<unsigned> cpus) {
    for (const unsigned cpu : cpus) {
        add(cpu);
    }
}

CpuSet CpuSet::range(unsigned first, unsigned last) {
    CpuSet set;
    if (first <= last) {
        set.add_range(first, last);
    }
    return set;
}

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
            for (unsigned bit = 0; bit < 4; ++bit) {
                if (((static_cast<unsigned>(value) >> bit) & 1U) == 0) {
                    continue;
                }
                if (base + bit >= kMaxCpus) {
                    return refuse("CPU mask", text, beyond_limit());
                }
                set.add(base + bit);
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
        while (++it != end() && *it == last + 1) {
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
        const std::uint64_t word = words_[digit / 16];
        text += kDigits[(word >> (digit % 16 * 4)) & 0xFU];
        if (digit != 0 && digit % 8 == 0) {
            text += ',';
        }
    }
    return text;
}

void CpuSet::add(unsigned cpu) {
    add_range(cpu, cpu);
}

void CpuSet::add_range(unsigned first, unsigned last) {
    assert(first <= last && last < kMaxCpus);
    words_.resize(std::max<std::size_t>(words_.size(), last / kWordBits + 1));
    for (unsigned cpu = first; cpu <= last;) {
        if (cpu % kWordBits == 0 && last - cpu >= kWordBits - 1) {
            words_[cpu / kWordBits] = ~std::uint64_t{0};
            cpu += kWordBits;
        } else {
            words_[cpu / kWordBits] |= std::uint64_t{1} << (cpu % kWordBits);
            ++cpu;
        }
    }
}

void CpuSet::remove(unsigned cpu) {
    if (cpu / kWordBits < words_.size()) {
        words_[cpu / kWordBits] &= ~(std::uint64_t{1} << (cpu % kWordBits));
        drop_trailing_zeros();
    }
}

bool CpuSet::contains(unsigned cpu) const {
    return cpu / kWordBits < words_.size() && ((words_[cpu / kWordBits] >> (cpu % kWordBits)) & 1U) != 0;
}

std::size_t CpuSet::size() const {
    std::size_t count = 0;
    for (const std::uint64_t word : words_) {
        count += static_cast<std::size_t>(std::popcount(word));
    }
    return count;
}

std::optional<unsigned> CpuSet::first() const {
    return empty() ? std::nullopt : std::optional(*begin());
}

std::optional<unsigned> CpuSet::last() const {
    if (empty()) {
        return std::nullopt;
    }
    const auto top = static_cast<unsigned>(words_.size() - 1);
    return top * kWordBits + kWordBits - 1 - static_cast<unsigned>(std::countl_zero(words_.back()));
}

bool CpuSet::is_subset_of(const CpuSet& other) const {
    return (*this - other).empty();
}

bool CpuSet::intersects(const CpuSet& other) const {
    const std::size_t common = std::min(words_.size(), other.words_.size());
    for (std::size_t i = 0; i < common; ++i) {
        if ((words_[i] & other.words_[i]) != 0) {
            return true;
        }
    }
    return false;
}

CpuSet& CpuSet::operator|=(const CpuSet& other) {
    words_.resize(std::max(words_.size(), other.words_.size()));
    for (std::size_t i = 0; i < other.words_.size(); ++i) {
        words_[i] |= other.words_[i];
    }
    return *this;
}

CpuSet& CpuSet::operator&=(const CpuSet& other) {
    words_.resize(std::min(words_.size(), other.words_.size()));
    for (std::size_t i = 0; i < words_.size(); ++i) {
        words_[i] &= other.words_[i];
    }
    drop_trailing_zeros();
    return *this;
}

CpuSet& CpuSet::operator-=(const CpuSet& other) {
    const std::size_t common = std::min(words_.size(), other.words_.size());
    for (std::size_t i = 0; i < common; ++i) {
        words_[i] &= ~other.words_[i];
    }
    drop_trailing_zeros();
    return *this;
}

CpuSet::Iterator CpuSet::begin() const {
    Iterator it(this, 0);
    return contains(0) ? it : ++it;
}

CpuSet::Iterator CpuSet::end() const {
    return {this, kMaxCpus};
}

void CpuSet::drop_trailing_zeros() {
    while (!words_.empty() && words_.back() == 0) {
        words_.pop_back();
    }
}

CpuSet::Iterator& CpuSet::Iterator::operator++() {
    ++cpu_;
    const auto& words = set_->words_;
    while (cpu_ / kWordBits < words.size()) {
        const std::uint64_t rest = words[cpu_ / kWordBits] >> (cpu_ % kWordBits);
        if (rest != 0) {
            cpu_ += static_cast<unsigned>(std::countr_zero(rest));
            return *this;
        }
        cpu_ = (cpu_ / kWordBits + 1) * kWordBits;
    }
    cpu_ = kMaxCpus;
    return *this;
}

CpuSet::Iterator CpuSet::Iterator::operator++(int) {
    const Iterator before = *this;
    ++*this;
    return before;
}

} // namespace nova_rt
