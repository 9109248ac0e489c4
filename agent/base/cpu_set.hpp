// A set of CPU numbers, and the notations of the kernel, libvirt and Nova for it.
#pragma once

#include "base/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// A set of CPU numbers in [0, kMaxCpus): pCPUs of a host or vCPUs of a guest, never a mixture.
/// Iterates in ascending order. Parsers take hostile text: time is linear in its length, memory is bounded.
class CpuSet {
public:
    /// The largest NR_CPUS the kernel can be built with on x86_64.
    static constexpr unsigned kMaxCpus = 8192;
    /// No notation of 8192 CPUs is longer; longer input is refused unread.
    static constexpr std::size_t kMaxTextBytes = std::size_t{64} * 1024;

    class Iterator;

    CpuSet() = default;
    /// Numbers at or above kMaxCpus are a programming error (assertion).
    CpuSet(std::initializer_list<unsigned> cpus);

    /// The set {first, ..., last}; empty when last < first.
    [[nodiscard]] static CpuSet range(unsigned first, unsigned last);

    /// The kernel's cpulist ("0-3,8"; stride groups like "0-63:2/8" are refused). "" and "\n" are the empty
    /// set. Source: kernel, lib/bitmap-str.c; nohz_full's "(null)" is the empty set too.
    [[nodiscard]] static Result<CpuSet> from_cpulist(std::string_view text);

    /// The kernel's mask notation: hexadecimal, commas between groups of 32 bits, most significant first.
    [[nodiscard]] static Result<CpuSet> from_mask(std::string_view text);

    /// Nova's CPU spec: items and ranges joined by commas, "^" excludes; all exclusions are applied after all
    /// inclusions, whatever their order. Source: nova/virt/hardware.py, parse_cpu_spec.
    [[nodiscard]] static Result<CpuSet> from_nova_spec(std::string_view text);

    /// "0-3,8"; "" for the empty set.
    [[nodiscard]] std::string to_cpulist() const;

    /// "ff,0000000f": hexadecimal with a comma after every 32 bits, without leading zero groups; "0" when
    /// empty.
    [[nodiscard]] std::string to_mask() const;

    void add(unsigned cpu);
    void add_range(unsigned first, unsigned last);
    void remove(unsigned cpu);

    [[nodiscard]] bool contains(unsigned cpu) const;

    [[nodiscard]] bool empty() const { return *this == CpuSet(); }

    /// The number of CPUs in the set.
    [[nodiscard]] std::size_t size() const;
    /// The lowest CPU, none when empty.
    [[nodiscard]] std::optional<unsigned> first() const;
    /// The highest CPU, none when empty.
    [[nodiscard]] std::optional<unsigned> last() const;

    [[nodiscard]] bool is_subset_of(const CpuSet& other) const;
    [[nodiscard]] bool intersects(const CpuSet& other) const;

    CpuSet& operator|=(const CpuSet& other);
    CpuSet& operator&=(const CpuSet& other);
    CpuSet& operator-=(const CpuSet& other);

    friend CpuSet operator|(CpuSet a, const CpuSet& b) { return a |= b; }

    friend CpuSet operator&(CpuSet a, const CpuSet& b) { return a &= b; }

    friend CpuSet operator-(CpuSet a, const CpuSet& b) { return a -= b; }

    friend bool operator==(const CpuSet&, const CpuSet&) = default;

    /// A total order without meaning, for use as a map key.
    friend auto operator<=>(const CpuSet&, const CpuSet&) = default;

    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const;

private:
    /// CPUs below 64 times this need no memory of their own: planning copies thousands of sets.
    static constexpr std::size_t kNearWords = 4;

    /// Words from word_count() on are zero.
    [[nodiscard]] std::size_t word_count() const { return kNearWords + far_.size(); }

    [[nodiscard]] std::uint64_t word(std::size_t index) const {
        return index < kNearWords ? near_[index] : far_[index - kNearWords];
    }

    [[nodiscard]] std::uint64_t& word(std::size_t index) {
        return index < kNearWords ? near_[index] : far_[index - kNearWords];
    }

    /// Makes the words below `count` writable.
    void grow(std::size_t count);
    void drop_trailing_zeros();

    // CPU c is bit c % 64 of word c / 64
    std::array<std::uint64_t, kNearWords> near_{};
    std::vector<std::uint64_t> far_; ///< the last one is never zero, so that equal sets have equal words
};

/// Visits the CPUs of a set in ascending order.
class CpuSet::Iterator {
public:
    using value_type = unsigned;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;

    unsigned operator*() const { return cpu_; }

    Iterator& operator++();
    Iterator operator++(int);

    friend bool operator==(const Iterator& a, const Iterator& b) { return a.cpu_ == b.cpu_; }

private:
    friend class CpuSet;

    Iterator(const CpuSet* set, unsigned cpu) : set_(set), cpu_(cpu) {}

    const CpuSet* set_ = nullptr;
    unsigned cpu_ = kMaxCpus;
};

} // namespace nova_rt
