#include "base/cpu_set.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace nova_rt {

namespace {

constexpr unsigned kWordBits = 64;

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

void CpuSet::add(unsigned cpu) {
    add_range(cpu, cpu);
}

void CpuSet::add_range(unsigned first, unsigned last) {
    assert(first <= last && last < kMaxCpus);
    const std::size_t first_word = first / kWordBits;
    const std::size_t last_word = last / kWordBits;
    grow(last_word + 1);
    for (std::size_t i = first_word; i <= last_word; ++i) {
        std::uint64_t bits = ~std::uint64_t{0};
        if (i == first_word) {
            bits &= ~std::uint64_t{0} << (first % kWordBits);
        }
        if (i == last_word) {
            bits &= ~std::uint64_t{0} >> (kWordBits - 1 - last % kWordBits);
        }
        word(i) |= bits;
    }
}

void CpuSet::remove(unsigned cpu) {
    if (cpu / kWordBits < word_count()) {
        word(cpu / kWordBits) &= ~(std::uint64_t{1} << (cpu % kWordBits));
        drop_trailing_zeros();
    }
}

bool CpuSet::contains(unsigned cpu) const {
    return cpu / kWordBits < word_count() && ((word(cpu / kWordBits) >> (cpu % kWordBits)) & 1U) != 0;
}

std::size_t CpuSet::size() const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < word_count(); ++i) {
        // most words of most sets are empty, and counting bits is a library call on plain x86-64
        if (const std::uint64_t bits = word(i); bits != 0) {
            count += static_cast<std::size_t>(std::popcount(bits));
        }
    }
    return count;
}

std::optional<unsigned> CpuSet::first() const {
    return empty() ? std::nullopt : std::optional(*begin());
}

std::optional<unsigned> CpuSet::last() const {
    for (std::size_t i = word_count(); i-- > 0;) {
        if (word(i) != 0) {
            const auto below = static_cast<unsigned>(std::countl_zero(word(i)));
            return static_cast<unsigned>(i) * kWordBits + kWordBits - 1 - below;
        }
    }
    return std::nullopt;
}

bool CpuSet::is_subset_of(const CpuSet& other) const {
    for (std::size_t i = 0; i < word_count(); ++i) {
        const std::uint64_t theirs = i < other.word_count() ? other.word(i) : 0;
        if ((word(i) & ~theirs) != 0) {
            return false;
        }
    }
    return true;
}

bool CpuSet::intersects(const CpuSet& other) const {
    const std::size_t common = std::min(word_count(), other.word_count());
    for (std::size_t i = 0; i < common; ++i) {
        if ((word(i) & other.word(i)) != 0) {
            return true;
        }
    }
    return false;
}

CpuSet& CpuSet::operator|=(const CpuSet& other) {
    grow(other.word_count());
    for (std::size_t i = 0; i < other.word_count(); ++i) {
        word(i) |= other.word(i);
    }
    return *this;
}

CpuSet& CpuSet::operator&=(const CpuSet& other) {
    far_.resize(std::min(far_.size(), other.far_.size()));
    for (std::size_t i = 0; i < word_count(); ++i) {
        word(i) &= other.word(i);
    }
    drop_trailing_zeros();
    return *this;
}

CpuSet& CpuSet::operator-=(const CpuSet& other) {
    const std::size_t common = std::min(word_count(), other.word_count());
    for (std::size_t i = 0; i < common; ++i) {
        word(i) &= ~other.word(i);
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

void CpuSet::grow(std::size_t count) {
    if (count > word_count()) {
        far_.resize(count - kNearWords);
    }
}

void CpuSet::drop_trailing_zeros() {
    while (!far_.empty() && far_.back() == 0) {
        far_.pop_back();
    }
}

CpuSet::Iterator& CpuSet::Iterator::operator++() {
    ++cpu_;
    while (cpu_ / kWordBits < set_->word_count()) {
        const std::uint64_t rest = set_->word(cpu_ / kWordBits) >> (cpu_ % kWordBits);
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
