// The shape of an extra spec's value, judged as Nova's validators judge it.
#pragma once

#include "flavor/extra_specs.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// Why a value breaks its row of the table, in Nova's words; empty when it does not.
/// Source: nova/api/validation/extra_specs/base.py.
[[nodiscard]] std::string value_complaint(const ExtraSpec& row, std::string_view value);

} // namespace nova_rt
