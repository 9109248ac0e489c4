// A handle to one element of an XmlDocument: the only way the rest of the code touches XML.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// libxml2's node, so that no header of ours includes one of theirs.
struct _xmlNode; // NOLINT(bugprone-reserved-identifier,readability-identifier-naming)

namespace nova_rt {

/// A namespace and the prefix to declare when it is not declared yet. Compared by URI only.
struct XmlNamespace {
    const char* prefix;
    const char* uri;
};

/// Copyable, does not own; valid as long as its document lives and the element is not removed. Names without
/// a namespace argument mean elements in no namespace, as libvirt's own lookups do.
///
/// Text that XML 1.0 cannot carry (NUL, most control characters, malformed UTF-8) is not written; the
/// document remembers the first such refusal and XmlDocument::serialise fails with it. Everything else is
/// escaped, so no value can change the structure.
class XmlElement {
public:
    /// Without prefix.
    [[nodiscard]] std::string_view name() const;
    /// Empty when the element is in no namespace.
    [[nodiscard]] std::string_view namespace_uri() const;
    /// The line in the parsed text, 0 for an element that was built.
    [[nodiscard]] unsigned line() const;

    /// An attribute in no namespace; none when absent, "" when empty.
    [[nodiscard]] std::optional<std::string> attribute(const char* name) const;
    [[nodiscard]] bool has_attributes() const;
    /// Name and value of every attribute in no namespace, in document order.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> attributes() const;
    /// The element's own text and CDATA, without that of its descendants.
    [[nodiscard]] std::string text() const;

    [[nodiscard]] std::vector<XmlElement> children() const;
    [[nodiscard]] std::vector<XmlElement> children(std::string_view name) const;
    [[nodiscard]] std::vector<XmlElement> children(std::string_view name, const XmlNamespace& in) const;
    /// The first child with the name.
    [[nodiscard]] std::optional<XmlElement> child(std::string_view name) const;
    [[nodiscard]] std::optional<XmlElement> child(std::string_view name, const XmlNamespace& in) const;

    /// Adds an element in no namespace after the existing children.
    XmlElement add_child(const char* name);
    /// Adds an element in a namespace, declaring it there unless it is in scope already.
    XmlElement add_child(const char* name, const XmlNamespace& in);
    /// The first child with the name, added after the existing children when there is none.
    XmlElement child_or_add(const char* name);

    /// Adds a deep copy of an element, which may live in another document.
    XmlElement add_copy(const XmlElement& original);

    /// Adds or replaces an attribute in no namespace. Returns the element itself, so that calls chain.
    XmlElement set_attribute(const char* name, std::string_view value);
    /// Replaces everything inside the element by text. Returns the element itself.
    XmlElement set_text(std::string_view text);
    /// Writes a number in decimal.
    XmlElement set_attribute(const char* name, std::uint64_t value);
    XmlElement set_text(std::uint64_t value);
    /// Deletes the attribute if it is there.
    void remove_attribute(const char* name);
    /// Deletes the element and everything inside; this handle and those below become invalid.
    void remove();

    friend bool operator==(const XmlElement&, const XmlElement&) = default;

private:
    friend class XmlDocument;

    explicit XmlElement(_xmlNode* node) : node_(node) {}

    _xmlNode* node_;
};

} // namespace nova_rt
