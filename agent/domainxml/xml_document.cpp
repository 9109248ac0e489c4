#include "domainxml/xml_document.hpp"

#include "base/text.hpp"
#include "domainxml/xml_limits.hpp"
#include "domainxml/xml_support.hpp"

#include <libxml/parser.h>
#include <libxml/xmlsave.h>

#include <memory>
#include <optional>
#include <string>

namespace nova_rt {
namespace {

using xml_support::checked;
using xml_support::to_xml;

/// No network, no entity substitution, no DTD, no lifted limits. NOERROR and NOWARNING keep libxml2 silent;
/// the context still holds the last error.
constexpr int kParseOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS;

/// libxml2 wants its tables made before threads use it.
void initialise_library() {
    static const bool kInitialised = [] {
        xmlInitParser();
        return true;
    }();
    static_cast<void>(kInitialised);
}

struct FreeContext {
    void operator()(xmlParserCtxt* context) const {
        xmlFreeDoc(context->myDoc);
        xmlFreeParserCtxt(context);
    }
};

using ParserContext = std::unique_ptr<xmlParserCtxt, FreeContext>;

Error parse_error(const xmlParserCtxt& context) {
    const char* const words = context.lastError.message;
    const std::string reason = words == nullptr ? "not well-formed" : quoted(trimmed(words), 160);
    return {ErrorCode::InvalidArgument,
            "parse XML: line " + std::to_string(context.lastError.line) + ": " + reason};
}

std::unique_ptr<Error> take_refusal(xmlDoc& document) {
    std::unique_ptr<Error> refusal(static_cast<Error*>(document._private));
    document._private = nullptr;
    return refusal;
}

/// libxml2's way out: appends to the std::string that is the context.
int append_to_text(void* context, const char* bytes, int count) {
    static_cast<std::string*>(context)->append(bytes, static_cast<std::size_t>(count));
    return count;
}

} // namespace

void XmlDocument::Deleter::operator()(_xmlDoc* document) const {
    take_refusal(*document).reset();
    xmlFreeDoc(document);
}

XmlDocument::XmlDocument(_xmlDoc* document) : document_(document) {}

Result<XmlDocument> XmlDocument::parse(std::string_view text) {
    NOVA_RT_TRY(check_xml_limits(text));
    initialise_library();
    const ParserContext context(checked(xmlNewParserCtxt()));
    // The encoding is fixed: a declared one is ignored, for the bytes have just been checked to be UTF-8.
    xmlDoc* const document = xmlCtxtReadMemory(context.get(), text.data(), static_cast<int>(text.size()),
                                               nullptr, "UTF-8", kParseOptions);
    context->myDoc = document;
    if (document == nullptr || context->wellFormed == 0 || context->nsWellFormed == 0) {
        return fail(parse_error(*context));
    }
    context->myDoc = nullptr;
    return XmlDocument(document);
}

XmlDocument XmlDocument::create(const char* root_name) {
    initialise_library();
    XmlDocument created(checked(xmlNewDoc(to_xml("1.0"))));
    xmlDocSetRootElement(created.document_.get(), checked(xmlNewDocNode(created.document_.get(), nullptr,
                                                                        to_xml(root_name), nullptr)));
    return created;
}

XmlElement XmlDocument::root() const {
    return XmlElement(checked(xmlDocGetRootElement(document_.get())));
}

XmlDocument XmlDocument::clone() const {
    return XmlDocument(checked(xmlCopyDoc(document_.get(), 1)));
}

Result<std::string> XmlDocument::serialise() const {
    if (document_->_private != nullptr) {
        return fail(*static_cast<const Error*>(document_->_private));
    }
    std::string text;
    xmlSaveCtxt* const save = checked(xmlSaveToIO(append_to_text, nullptr, &text, "UTF-8",
                                                  XML_SAVE_FORMAT | XML_SAVE_NO_DECL | XML_SAVE_AS_XML));
    const auto written = xmlSaveTree(save, xmlDocGetRootElement(document_.get()));
    if (xmlSaveClose(save) < 0 || written < 0) {
        return fail(ErrorCode::Internal, "write XML: libxml2 could not serialise the document");
    }
    text += '\n';
    return text;
}

namespace xml_support {

bool can_carry(std::string_view text) {
    bool ascii = true;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') {
            return false;
        }
        ascii = ascii && byte < 0x80;
    }
    // U+FFFE and U+FFFF are not characters in XML.
    return ascii || (is_valid_utf8(text) && text.find("\xEF\xBF\xBE") == std::string_view::npos &&
                     text.find("\xEF\xBF\xBF") == std::string_view::npos);
}

void remember_refusal(xmlDoc& document, std::string_view element, std::string_view text) {
    if (document._private != nullptr) {
        return;
    }
    document._private =
        std::make_unique<Error>(ErrorCode::InvalidArgument, "write XML: <" + std::string(element) +
                                                                "> cannot carry the text " + quoted(text) +
                                                                ": it has characters that XML does not allow")
            .release();
}

} // namespace xml_support
} // namespace nova_rt
