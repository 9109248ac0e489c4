// An XML document: parsed within limits, or built, and written out.
#pragma once

#include "base/result.hpp"
#include "domainxml/xml_element.hpp"

#include <memory>
#include <string>
#include <string_view>

struct _xmlDoc; // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)

namespace nova_rt {

/// Owns a libxml2 document. Movable, not copyable (see clone). Not for use from two threads at once.
class XmlDocument {
public:
    /// Parses hostile text: XmlLimits first, then libxml2 without network, entities or DTD. Errors carry the
    /// line and libxml2's words; libxml2 itself prints nothing. White space between elements is dropped.
    [[nodiscard]] static Result<XmlDocument> parse(std::string_view text);

    /// A document with only a root element in no namespace.
    [[nodiscard]] static XmlDocument create(const char* root_name);

    [[nodiscard]] XmlElement root() const;

    /// A deep copy without a remembered refusal.
    [[nodiscard]] XmlDocument clone() const;

    /// The root element pretty-printed in UTF-8, two spaces per level, without an XML declaration, ending in
    /// a newline. Fails if a value was refused while the document was built.
    [[nodiscard]] Result<std::string> serialise() const;

private:
    struct Deleter {
        void operator()(_xmlDoc* document) const;
    };

    explicit XmlDocument(_xmlDoc* document);

    /// The document's _private field points to the first refusal, if there was one; the deleter frees it.
    std::unique_ptr<_xmlDoc, Deleter> document_;
};

} // namespace nova_rt
