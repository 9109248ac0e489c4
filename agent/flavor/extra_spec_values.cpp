#include "flavor/extra_spec_values.hpp"

#include "base/text.hpp"
#include "flavor/character_class.hpp"
#include "flavor/nova_values.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace nova_rt {

namespace {

/// Takes digits from the front; false when there is none.
bool take_digits(std::string_view& text) {
    const auto end = std::ranges::find_if_not(text, is_digit);
    const auto count = static_cast<std::size_t>(end - text.begin());
    text.remove_prefix(count);
    return count > 0;
}

bool take(std::string_view& text, char c) {
    const bool found = text.starts_with(c);
    text.remove_prefix(found ? 1 : 0);
    return found;
}

/// \^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*
bool is_cpu_mask(std::string_view text) {
    take(text, '^');
    if (!take_digits(text)) {
        return false;
    }
    while (!text.empty()) {
        if (take(text, ',')) {
            take(text, '^');
        } else if (!take(text, '-')) {
            return false;
        }
        if (!take_digits(text)) {
            return false;
        }
    }
    return true;
}

/// (large|small|any|\d+([kKMGT]i?)?(b|bit|B)?)
bool is_page_size(std::string_view text) {
    if (text == "large" || text == "small" || text == "any") {
        return true;
    }
    if (!take_digits(text)) {
        return false;
    }
    if (!text.empty() && std::string_view("kKMGT").find(text.front()) != std::string_view::npos) {
        text.remove_prefix(1);
        take(text, 'i');
    }
    return text.empty() || text == "b" || text == "bit" || text == "B";
}

/// ([a-zA-Z0-9_]+(,)?)+
bool is_pmem_labels(std::string_view text) {
    return !text.empty() && text.front() != ',' && text.find(",,") == std::string_view::npos &&
           all_of(text, [](char c) { return is_word(c) || c == ','; });
}

/// [^:]+:\d+(?:\s*,\s*[^:]+:\d+)*
bool is_pci_alias(std::string_view text) {
    const auto pieces = split(text, ':');
    if (pieces.size() < 2 || pieces.front().empty()) {
        return false;
    }
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        std::string_view piece = pieces[i];
        if (!take_digits(piece)) {
            return false;
        }
        const bool last = i + 1 == pieces.size();
        const auto comma = piece.find(',');
        if (last ? !piece.empty()
                 : comma == std::string_view::npos || !trimmed(piece.substr(0, comma)).empty() ||
                       piece.size() == comma + 1) {
            return false;
        }
    }
    return true;
}

struct Shape {
    ValueKind kind;
    bool (*matches)(std::string_view);
    std::string_view regex; ///< as Nova prints it
};

constexpr std::array<Shape, 4> kShapes = {{
    {ValueKind::CpuMask, is_cpu_mask, R"(\^?\d+((-\d+)?(,\^?\d+(-\d+)?)?)*)"},
    {ValueKind::PageSize, is_page_size, R"((large|small|any|\d+([kKMGT]i?)?(b|bit|B)?))"},
    {ValueKind::PmemLabels, is_pmem_labels, "([a-zA-Z0-9_]+(,)?)+"},
    {ValueKind::PciAlias, is_pci_alias, R"([^:]+:\d+(?:\s*,\s*[^:]+:\d+)*)"},
}};

std::string integer_complaint(const ExtraSpec& row, std::string_view value, const std::string& shown) {
    const auto number = python_int(value);
    if (!number) {
        return shown + " is not a valid integer value.";
    }
    if (*number > row.maximum) {
        return shown + " is greater than the max value of '" + std::to_string(row.maximum) + "'.";
    }
    if (*number < row.minimum) {
        return shown + " is less than the min value of '" + std::to_string(row.minimum) + "'.";
    }
    return {};
}

} // namespace

std::string value_complaint(const ExtraSpec& row, std::string_view value) {
    const std::string shown = "'" + std::string(value) + "'";
    if (row.kind == ValueKind::Integer) {
        return integer_complaint(row, value, shown);
    }
    if (row.kind == ValueKind::Boolean) {
        return strict_bool(value) ? "" : shown + " is not a valid boolean-like value.";
    }
    if (row.kind == ValueKind::Choice) {
        const auto choices = split(row.choices, ',');
        if (std::ranges::find(choices, value) != choices.end()) {
            return {};
        }
        std::string list(row.choices);
        for (auto at = list.find(','); at != std::string::npos; at = list.find(',', at + 2)) {
            list.insert(at + 1, " ");
        }
        return shown + " is not one of: " + list + ".";
    }
    for (const auto& shape : kShapes) {
        if (shape.kind == row.kind && !shape.matches(value)) {
            // Nova writes this one pattern with a group around the first caret
            const std::string regex =
                (row.key == "hw:cpu_realtime_mask" ? R"((\^)?)" + std::string(shape.regex.substr(3))
                                                   : std::string(shape.regex));
            return shown + " is not of the format '" + regex + "'.";
        }
    }
    return {};
}

} // namespace nova_rt
