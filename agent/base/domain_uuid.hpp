// The identity of a guest. Names are tenant-influenced text and are never used as keys.
#pragma once

#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace nova_rt {

/// A libvirt domain's UUID, which is Nova's instance UUID.
class DomainUuid {
public:
    DomainUuid() = default;

    /// Accepts exactly the form 8-4-4-4-12 of hexadecimal digits, upper or lower case.
    [[nodiscard]] static Result<DomainUuid> parse(std::string_view text);

    /// Lower case, with dashes.
    [[nodiscard]] std::string to_string() const;

    friend auto operator<=>(const DomainUuid&, const DomainUuid&) = default;

private:
    std::array<std::uint8_t, 16> bytes_{};
};

} // namespace nova_rt
