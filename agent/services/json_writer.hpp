// JSON written straight into text: an answer of thousands of values needs no tree of them.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace nova_rt {

/// Writes one document, in the order of the calls and without white space. The caller balances objects and
/// lists; the commas come by themselves. Bytes that are not UTF-8 become U+FFFD.
class JsonWriter {
public:
    JsonWriter() { text_.reserve(kUsualBytes); }

    void begin_object() { open('{'); }

    void end_object() { text_ += '}'; }

    void begin_list() { open('['); }

    void end_list() { text_ += ']'; }

    /// Leads the next value within an object.
    void key(std::string_view name);

    void value(std::string_view text);
    void null();

    /// A boolean, a whole number, or a list or map of what can be written itself.
    template <typename Value> void value(const Value& given) {
        if constexpr (std::same_as<Value, bool>) {
            literal(given ? "true" : "false");
        } else if constexpr (std::integral<Value>) {
            literal(std::to_string(given));
        } else if constexpr (requires { typename Value::mapped_type; }) {
            begin_object();
            for (const auto& [name, entry] : given) {
                member(name, entry);
            }
            end_object();
        } else {
            begin_list();
            for (const auto& entry : given) {
                value(entry);
            }
            end_list();
        }
    }

    void value(const std::string& text) { value(std::string_view(text)); }

    void value(const char* text) { value(std::string_view(text)); }

    template <typename Value> void member(std::string_view name, const Value& given) {
        key(name);
        value(given);
    }

    [[nodiscard]] std::string take() && { return std::move(text_); }

private:
    /// An answer with its XML; growing to it step by step would cost as much as writing it.
    static constexpr std::size_t kUsualBytes = std::size_t{32} * 1024;

    void open(char bracket);
    void literal(std::string_view text);
    /// A comma, unless this is the first of its object or list, or the value of a key.
    void separate();

    std::string text_;
};

} // namespace nova_rt
