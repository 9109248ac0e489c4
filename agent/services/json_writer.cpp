#include "services/json_writer.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>

namespace nova_rt {

namespace {

/// What becomes of a byte within a string.
enum class Form : unsigned char {
    Itself,
    Escaped, ///< a backslash leads it
    Library, ///< a control character, or a part of a longer UTF-8 sequence: whoever knows UTF-8 decides
};

constexpr std::size_t kBytes = 256;

/// RFC 8259, section 7.
constexpr std::array<Form, kBytes> forms() {
    constexpr std::size_t kFirstPrintable = 0x20;
    constexpr std::size_t kBeyondAscii = 0x80;
    std::array<Form, kBytes> table{};
    for (std::size_t byte = 0; byte < kBytes; ++byte) {
        table[byte] = byte < kFirstPrintable || byte >= kBeyondAscii ? Form::Library : Form::Itself;
    }
    table['"'] = table['\\'] = table['\n'] = Form::Escaped;
    return table;
}

} // namespace

void JsonWriter::key(std::string_view name) {
    value(name);
    text_ += ':';
}

void JsonWriter::null() {
    literal("null");
}

void JsonWriter::value(std::string_view text) {
    static constexpr std::array<Form, kBytes> kForms = forms();
    separate();
    const std::size_t start = text_.size();
    text_ += '"';
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const Form form = kForms[static_cast<unsigned char>(text[i])];
        if (form == Form::Library) {
            using nlohmann::json;
            text_.resize(start);
            text_ += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
            return;
        }
        if (form == Form::Escaped) {
            text_.append(text, written, i - written)
                .append(1, '\\')
                .append(1, text[i] == '\n' ? 'n' : text[i]);
            written = i + 1;
        }
    }
    text_.append(text, written).append(1, '"');
}

void JsonWriter::open(char bracket) {
    separate();
    text_ += bracket;
}

void JsonWriter::literal(std::string_view text) {
    separate();
    text_ += text;
}

void JsonWriter::separate() {
    // a string ends with a quote, so that these can be nothing but punctuation
    constexpr std::string_view kOpening = "{[:";
    if (!text_.empty() && kOpening.find(text_.back()) == std::string_view::npos) {
        text_ += ',';
    }
}

} // namespace nova_rt
