#include "services/bounded_json.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr std::size_t kMaxMembers = 4096;

/// The deepest nesting of brackets outside strings, counted before anything is allocated for it.
int nesting_depth(std::string_view text) {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

tl::unexpected<Error> bad(const std::string& where, const std::string& why) {
    return fail(ErrorCode::InvalidArgument, where + ": " + why);
}

/// A scalar as Python's str() writes it.
std::optional<std::string> scalar_text(const json& value) {
    if (value.is_string()) {
        return value.get<std::string>();
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "True" : "False";
    }
    if (value.is_number()) {
        return value.dump();
    }
    return std::nullopt;
}

const json* member(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

} // namespace

Result<json> parse_bounded_json(std::string_view text) {
    if (text.size() > kMaxDocumentBytes) {
        return bad("read JSON document",
                   std::to_string(text.size()) + " bytes are more than " + std::to_string(kMaxDocumentBytes));
    }
    if (nesting_depth(text) > kMaxDocumentDepth) {
        return bad("read JSON document", "nested deeper than " + std::to_string(kMaxDocumentDepth));
    }
    try {
        return json::parse(text);
    } catch (const json::exception& error) {
        return bad("read JSON document", nova_rt::quoted(error.what(), 160));
    }
}

Status expect_object(const json& value, const std::string& where) {
    if (!value.is_object()) {
        return bad(where, std::string("expected an object instead of ") + value.type_name());
    }
    if (value.size() > kMaxMembers) {
        return bad(where, std::to_string(value.size()) + " members are too many");
    }
    return {};
}

Result<std::optional<std::int64_t>> read_integer(const json& object, const char* key, std::int64_t minimum,
                                                 std::int64_t maximum, const std::string& where) {
    const json* const value = member(object, key);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::optional<std::int64_t> number;
    if (value->is_number_unsigned()) {
        const auto wide = value->get<std::uint64_t>();
        number = wide <= static_cast<std::uint64_t>(maximum) ? std::optional(static_cast<std::int64_t>(wide))
                                                             : std::nullopt;
    } else if (value->is_number_integer()) {
        number = value->get<std::int64_t>();
    } else if (value->is_string()) {
        number = parse_number<std::int64_t>(value->get_ref<const std::string&>());
    }
    if (!number || *number < minimum || *number > maximum) {
        return bad(where, std::string(key) + " is " + nova_rt::quoted(value->dump()) +
                              ", not a whole number from " + std::to_string(minimum) + " to " +
                              std::to_string(maximum));
    }
    return number;
}

Result<std::optional<std::string>> read_text(const json& object, const char* key, const std::string& where) {
    const json* const value = member(object, key);
    if (value == nullptr) {
        return std::nullopt;
    }
    auto text = scalar_text(*value);
    if (!text) {
        return bad(where, std::string(key) + " is " + value->type_name() + ", not text");
    }
    if (text->find('\0') != std::string::npos) {
        return bad(where, std::string(key) + " contains a NUL");
    }
    return text;
}

Result<Properties> read_properties(const json& object, const char* key, const std::string& where) {
    const json* const value = member(object, key);
    if (value == nullptr) {
        return Properties{};
    }
    NOVA_RT_TRY(expect_object(*value, where + " " + key));
    Properties properties;
    for (const auto& [name, entry] : value->items()) {
        auto text = scalar_text(entry);
        if (!text) {
            return bad(where, std::string(key) + " " + nova_rt::quoted(name) + " is " + entry.type_name() +
                                  ", not text, a number or a boolean");
        }
        properties.emplace(name, *std::move(text));
    }
    return properties;
}

} // namespace nova_rt
