#include "domainxml/xml_limits.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace nova_rt {
namespace {

/// Walks the tags of a document. As long as the document is well-formed it sees exactly the tags a parser
/// sees; a parser stops at the first place where it is not.
class TagScanner {
public:
    explicit TagScanner(std::string_view text) : text_(text) {}

    Status scan() {
        for (;;) {
            const auto open = text_.find('<');
            if (open == std::string_view::npos) {
                return {};
            }
            text_.remove_prefix(open);
            NOVA_RT_TRY(scan_markup());
        }
    }

private:
    Status scan_markup() {
        if (text_.starts_with("<!--")) {
            skip_past("-->");
            return {};
        }
        if (text_.starts_with("<![CDATA[")) {
            skip_past("]]>");
            return {};
        }
        if (text_.starts_with("<?")) {
            skip_past("?>");
            return {};
        }
        if (text_.starts_with("<!")) {
            return fail(ErrorCode::Refused,
                        "parse XML: a document type declaration (DOCTYPE) is not allowed");
        }
        return scan_tag();
    }

    Status scan_tag() {
        const bool closing = text_.starts_with("</");
        std::size_t attributes = 0;
        char quote = '\0';
        std::size_t at = 1;
        for (; at < text_.size(); ++at) {
            const char c = text_[at];
            if (quote != '\0') {
                quote = c == quote ? '\0' : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '=') {
                ++attributes;
            } else if (c == '>') {
                break;
            }
        }
        const bool empty_element = at < text_.size() && text_[at - 1] == '/';
        text_.remove_prefix(std::min(at + 1, text_.size()));
        if (attributes > XmlLimits::kMaxAttributesPerElement) {
            return fail(ErrorCode::NoSpace, "parse XML: an element has more than " +
                                                std::to_string(XmlLimits::kMaxAttributesPerElement) +
                                                " attributes");
        }
        return closing ? leave() : enter(empty_element);
    }

    Status leave() {
        depth_ -= depth_ > 0 ? 1 : 0;
        return {};
    }

    Status enter(bool empty_element) {
        if (++elements_ > XmlLimits::kMaxElements) {
            return fail(ErrorCode::NoSpace,
                        "parse XML: more than " + std::to_string(XmlLimits::kMaxElements) + " elements");
        }
        if (depth_ + 1 > XmlLimits::kMaxDepth) {
            return fail(ErrorCode::NoSpace, "parse XML: nested deeper than " +
                                                std::to_string(XmlLimits::kMaxDepth) + " elements");
        }
        depth_ += empty_element ? 0 : 1;
        return {};
    }

    void skip_past(std::string_view end) {
        const auto at = text_.find(end);
        text_.remove_prefix(at == std::string_view::npos ? text_.size() : at + end.size());
    }

    std::string_view text_;
    std::size_t depth_ = 0;
    std::size_t elements_ = 0;
};

} // namespace

Status check_xml_limits(std::string_view text) {
    if (text.size() > XmlLimits::kMaxBytes) {
        return fail(ErrorCode::NoSpace, "parse XML: " + std::to_string(text.size()) +
                                            " bytes, more than the limit of " +
                                            std::to_string(XmlLimits::kMaxBytes));
    }
    if (!is_valid_utf8(text)) {
        return fail(ErrorCode::InvalidArgument, "parse XML: not valid UTF-8, or contains a NUL byte");
    }
    return TagScanner(text).scan();
}

} // namespace nova_rt
