#include "flavor/nova_values.hpp"

#include "base/text.hpp"
#include "flavor/character_class.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace nova_rt {

namespace {

constexpr std::int64_t kMaxInt = std::numeric_limits<std::int64_t>::max();

std::string lowered(std::string_view text) {
    std::string out(trimmed(text));
    std::ranges::transform(
        out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

/// The digits of a Python integer literal without its underscores; none when it is no literal.
std::optional<std::string> integer_digits(std::string_view text) {
    std::string digits;
    bool digit_before = false;
    for (const char c : text) {
        if (!is_digit(c) && (c != '_' || !digit_before)) {
            return std::nullopt;
        }
        digit_before = is_digit(c);
        if (digit_before) {
            digits += c;
        }
    }
    return digit_before ? std::optional(digits) : std::nullopt;
}

using Interval = std::pair<std::int64_t, std::int64_t>;

/// What is left of the intervals when one is cut out.
std::vector<Interval> cut(const std::vector<Interval>& from, Interval hole) {
    std::vector<Interval> rest;
    for (const auto& [first, last] : from) {
        if (hole.second < first || last < hole.first) {
            rest.emplace_back(first, last);
            continue;
        }
        if (first < hole.first) {
            rest.emplace_back(first, hole.first - 1);
        }
        if (hole.second < last) {
            rest.emplace_back(hole.second + 1, last);
        }
    }
    return rest;
}

Refusal invalid_rule(std::string_view kind, std::string_view rule) {
    return {.stage = {},
            .type = "Invalid",
            .message = "Invalid " + std::string(kind) + " expression '" + std::string(rule) + "'",
            .key = {},
            .provenance = Provenance::Default,
            .repair = {}};
}

Judged<Interval> parse_rule(std::string_view rule, std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos) {
        const auto number = python_int(text);
        if (!number || *number < 0) {
            return fail(invalid_rule(rule.front() == '^' ? "exclusion" : "inclusion", rule));
        }
        return Interval{*number, *number};
    }
    const auto first = python_int(text.substr(0, dash));
    const auto last = python_int(text.substr(dash + 1));
    if (!first || !last || *first > *last) {
        return fail(invalid_rule("range", rule));
    }
    return Interval{*first, *last};
}

/// In single quotes for a shell; control characters, which no flavor name needs, become question marks.
std::string shell_quoted(std::string_view text) {
    const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("._:=-+/@,").find(c) != std::string_view::npos;
    });
    if (plain && text.front() != '-') {
        return std::string(text);
    }
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') {
            out += R"('\'')";
        } else {
            out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
        }
    }
    return out + "'";
}

} // namespace

std::optional<std::int64_t> python_int(std::string_view text) {
    text = trimmed(text);
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) {
        text.remove_prefix(1);
    }
    auto number = parse_number<std::uint64_t>(text); // without underscores, as nearly always
    if (!number) {
        const auto digits = integer_digits(text);
        if (!digits) {
            return std::nullopt;
        }
        number = parse_number<std::uint64_t>(*digits).value_or(kMaxInt);
    }
    const auto value = static_cast<std::int64_t>(std::min<std::uint64_t>(*number, kMaxInt));
    return negative ? -value : value;
}

bool is_int_like(std::string_view text) {
    const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
    return !digits.empty() && std::ranges::all_of(digits, is_digit) && (digits.front() != '0' || text == "0");
}

std::optional<bool> strict_bool(std::string_view text) {
    constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "true", "on", "y", "yes"};
    constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "false", "off", "n", "no"};
    const std::string word = lowered(text);
    if (std::ranges::find(kTrue, word) != kTrue.end()) {
        return true;
    }
    if (std::ranges::find(kFalse, word) != kFalse.end()) {
        return false;
    }
    return std::nullopt;
}

bool lenient_bool(std::string_view text) {
    return strict_bool(text).value_or(false);
}

std::optional<std::uint64_t> string_to_bytes(std::string_view text) {
    // (^[-+]?\d*\.?\d+)([KMGT]i?)?(b|bit|B)$
    double divisor = 1;
    if (text.ends_with("bit")) {
        text.remove_suffix(3);
        divisor = 8;
    } else if (text.ends_with('b') || text.ends_with('B')) {
        divisor = text.ends_with('b') ? 8 : 1;
        text.remove_suffix(1);
    } else {
        return std::nullopt;
    }
    const bool iec = text.ends_with('i');
    if (iec) {
        text.remove_suffix(1);
    }
    constexpr std::string_view kPrefixes = "KMGT";
    int exponent = 0;
    if (const auto prefix = text.empty() ? std::string_view::npos : kPrefixes.find(text.back());
        prefix != std::string_view::npos) {
        exponent = static_cast<int>(prefix) + 1;
        text.remove_suffix(1);
    }
    if ((iec && exponent == 0) || text.empty() || !is_digit(text.back()) ||
        text.find_first_of("eExXnN") != std::string_view::npos) {
        return std::nullopt;
    }
    if (text.front() == '+') {
        text.remove_prefix(1);
    }
    const auto magnitude = parse_number<double>(text);
    if (!magnitude || *magnitude < 0) {
        return std::nullopt;
    }
    const double bytes = std::ceil(*magnitude / divisor * std::pow(1024.0, exponent));
    return bytes < 9e18 ? static_cast<std::uint64_t>(bytes) : std::uint64_t{9'000'000'000'000'000'000U};
}

Judged<CpuSpec> parse_cpu_spec(std::string_view text) {
    std::vector<Interval> included;
    std::vector<Interval> excluded;
    for (const std::string_view piece : split(text.substr(0, CpuSet::kMaxTextBytes), ',')) {
        const std::string_view rule = trimmed(piece);
        if (rule.empty()) {
            continue;
        }
        const bool exclude = rule.front() == '^';
        NOVA_RT_TRY_ASSIGN(interval, parse_rule(rule, exclude ? rule.substr(1) : rule));
        (exclude ? excluded : included).push_back(interval);
    }
    std::vector<Interval> beyond;
    CpuSpec spec;
    constexpr std::int64_t kLimit = CpuSet::kMaxCpus;
    const auto clipped = [](std::int64_t number) {
        return static_cast<unsigned>(std::min(number, kLimit - 1));
    };
    for (const auto& [first, last] : included) {
        if (first < kLimit) {
            spec.cpus.add_range(clipped(first), clipped(last));
        }
        if (last >= kLimit) {
            beyond.emplace_back(std::max(first, kLimit), last);
        }
    }
    for (const auto& hole : excluded) {
        if (hole.first < kLimit) {
            spec.cpus -= CpuSet::range(clipped(hole.first), clipped(hole.second));
        }
        beyond = cut(beyond, hole);
    }
    spec.beyond_limit = !beyond.empty();
    return spec;
}

std::optional<std::string> find_property(const Properties& properties, const std::string& key) {
    const auto found = properties.find(key);
    return found == properties.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> find_nonempty(const Properties& properties, const std::string& key) {
    const auto found = properties.find(key);
    return found == properties.end() || found->second.empty() ? std::nullopt : std::optional(found->second);
}

std::string flavor_set_command(const Flavor& flavor, std::string_view key, std::string_view value) {
    return "openstack flavor set --property " + shell_quoted(std::string(key) + "=" + std::string(value)) +
           " " + shell_quoted(flavor.name);
}

std::string flavor_unset_command(const Flavor& flavor, std::string_view key) {
    return "openstack flavor unset --property " + shell_quoted(key) + " " + shell_quoted(flavor.name);
}

std::string image_set_command(std::string_view image_id, std::string_view key, std::string_view value) {
    return "openstack image set --property " + shell_quoted(std::string(key) + "=" + std::string(value)) +
           " " + shell_quoted(image_id);
}

std::string image_unset_command(std::string_view image_id, std::string_view key) {
    return "openstack image unset --property " + shell_quoted(key) + " " + shell_quoted(image_id);
}

std::string conf_line(std::string_view group, std::string_view option, std::string_view value) {
    return "nova.conf: [" + std::string(group) + "] " + std::string(option) + " = " + std::string(value);
}

} // namespace nova_rt
