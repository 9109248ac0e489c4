// What a document may cost before libxml2 sees a byte of it.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string_view>

namespace nova_rt {

/// Bounds far above any domain libvirt writes and far below what hurts: libxml2 compares the attributes of an
/// element pairwise and looks a prefix up in every namespace in scope.
struct XmlLimits {
    static constexpr std::size_t kMaxBytes = std::size_t{4} * 1024 * 1024;
    static constexpr std::size_t kMaxDepth = 64;
    static constexpr std::size_t kMaxAttributesPerElement = 64;
    static constexpr std::size_t kMaxElements = 100'000;
};

/// Refuses what must not be parsed: more than XmlLimits, text that is not UTF-8, any DOCTYPE (and with it
/// every entity declaration). Linear in the text, no allocation. Says nothing about well-formedness.
[[nodiscard]] Status check_xml_limits(std::string_view text);

} // namespace nova_rt
