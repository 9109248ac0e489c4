// Text to values exactly as Nova reads them: Python's int(), and oslo.utils' booleans and sizes.
#pragma once

#include "base/cpu_set.hpp"
#include "base/units.hpp"
#include "model/flavor.hpp"
#include "model/judgement.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nova_rt {

/// Python's int(text): surrounding white space, a sign and single underscores between digits are allowed.
/// Numbers beyond 64 bits are clamped, since Python has no limit. Digits of other scripts are refused.
[[nodiscard]] std::optional<std::int64_t> python_int(std::string_view text);

/// oslo_utils.strutils.is_int_like: the text is exactly what Python would print for the number.
[[nodiscard]] bool is_int_like(std::string_view text);

/// oslo_utils.strutils.bool_from_string(strict=True): none for text that is neither true nor false.
[[nodiscard]] std::optional<bool> strict_bool(std::string_view text);

/// oslo_utils.strutils.bool_from_string: what is not true is false.
[[nodiscard]] bool lenient_bool(std::string_view text);

/// oslo_utils.strutils.string_to_bytes(return_int=True); "b" and "bit" are bits. Clamped to 64 bits.
[[nodiscard]] std::optional<std::uint64_t> string_to_bytes(std::string_view text);

/// A set of numbers read by Nova's parse_cpu_spec, as far as a CpuSet holds it.
struct CpuSpec {
    CpuSet cpus;
    bool beyond_limit = false; ///< the set also holds numbers at or above CpuSet::kMaxCpus

    [[nodiscard]] bool empty() const { return cpus.empty() && !beyond_limit; }

    [[nodiscard]] bool is_subset_of(const CpuSet& other) const {
        return !beyond_limit && cpus.is_subset_of(other);
    }
};

/// nova/virt/hardware.py, parse_cpu_spec: the refusal is Nova's Invalid, with its message.
[[nodiscard]] Judged<CpuSpec> parse_cpu_spec(std::string_view text);

/// The value of a key, none when it is absent.
[[nodiscard]] std::optional<std::string> find_property(const Properties& properties, const std::string& key);

/// As find_property; an empty value counts as absent, as it does where Nova writes `if value`.
[[nodiscard]] std::optional<std::string> find_nonempty(const Properties& properties, const std::string& key);

/// "openstack flavor set <name> --property <key>=<value>", safe to paste into a shell.
[[nodiscard]] std::string flavor_set_command(const Flavor& flavor, std::string_view key,
                                             std::string_view value);
/// "openstack flavor unset <name> --property <key>".
[[nodiscard]] std::string flavor_unset_command(const Flavor& flavor, std::string_view key);
/// "openstack image set --property <key>=<value> <id>".
[[nodiscard]] std::string image_set_command(std::string_view image_id, std::string_view key,
                                            std::string_view value);
/// "openstack image unset --property <key> <id>".
[[nodiscard]] std::string image_unset_command(std::string_view image_id, std::string_view key);
/// "nova.conf: [group] option = value", a line for an operator to write.
[[nodiscard]] std::string conf_line(std::string_view group, std::string_view option, std::string_view value);

} // namespace nova_rt
