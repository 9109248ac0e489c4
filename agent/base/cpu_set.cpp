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
