#include "domainxml/xml_element.hpp"

#include "domainxml/xml_support.hpp"

namespace nova_rt {
namespace {

using xml_support::checked;
using xml_support::from_xml;
using xml_support::to_xml;

bool is_element(const xmlNode& node) {
    return node.type == XML_ELEMENT_NODE;
}

bool is_text(const xmlNode& node) {
    return node.type == XML_TEXT_NODE || node.type == XML_CDATA_SECTION_NODE;
}

std::string_view namespace_of(const xmlNode& node) {
    return node.ns == nullptr ? std::string_view() : from_xml(node.ns->href);
}

bool is_named(const xmlNode& node, std::string_view name, std::string_view uri) {
    return is_element(node) && from_xml(node.name) == name && namespace_of(node) == uri;
}

xmlNode* find_child(const xmlNode& parent, std::string_view name, std::string_view uri) {
    for (xmlNode* node = parent.children; node != nullptr; node = node->next) {
        if (is_named(*node, name, uri)) {
            return node;
        }
    }
    return nullptr;
}

/// The direct text children of a node, of an attribute or element alike.
std::string direct_text(const xmlNode* first) {
    std::string text;
    for (const xmlNode* node = first; node != nullptr; node = node->next) {
        if (is_text(*node)) {
            text += from_xml(node->content);
        }
    }
    return text;
}

bool accept_text(const xmlNode& node, std::string_view text) {
    if (xml_support::can_carry(text)) {
        return true;
    }
    xml_support::remember_refusal(*node.doc, from_xml(node.name), text);
    return false;
}

} // namespace

std::string_view XmlElement::name() const {
    return from_xml(node_->name);
}

std::string_view XmlElement::namespace_uri() const {
    return namespace_of(*node_);
}

unsigned XmlElement::line() const {
    return node_->line;
}

std::optional<std::string> XmlElement::attribute(const char* name) const {
    const xmlAttr* const found = xmlHasNsProp(node_, to_xml(name), nullptr);
    if (found == nullptr) {
        return std::nullopt;
    }
    return direct_text(found->children);
}

bool XmlElement::has_attributes() const {
    return node_->properties != nullptr;
}

std::vector<std::pair<std::string, std::string>> XmlElement::attributes() const {
    std::vector<std::pair<std::string, std::string>> found;
    for (const xmlAttr* attribute = node_->properties; attribute != nullptr; attribute = attribute->next) {
        if (attribute->ns == nullptr) {
            found.emplace_back(from_xml(attribute->name), direct_text(attribute->children));
        }
    }
    return found;
}

std::string XmlElement::text() const {
    return direct_text(node_->children);
}

std::vector<XmlElement> XmlElement::children() const {
    std::vector<XmlElement> found;
    for (xmlNode* node = node_->children; node != nullptr; node = node->next) {
        if (is_element(*node)) {
            found.push_back(XmlElement(node));
        }
    }
    return found;
}

std::vector<XmlElement> XmlElement::children(std::string_view name) const {
    return children(name, XmlNamespace{.prefix = "", .uri = ""});
}

std::vector<XmlElement> XmlElement::children(std::string_view name, const XmlNamespace& in) const {
    std::vector<XmlElement> found;
    for (xmlNode* node = node_->children; node != nullptr; node = node->next) {
        if (is_named(*node, name, in.uri)) {
            found.push_back(XmlElement(node));
        }
    }
    return found;
}

std::optional<XmlElement> XmlElement::child(std::string_view name) const {
    return child(name, XmlNamespace{.prefix = "", .uri = ""});
}

std::optional<XmlElement> XmlElement::child(std::string_view name, const XmlNamespace& in) const {
    xmlNode* const found = find_child(*node_, name, in.uri);
    return found == nullptr ? std::nullopt : std::optional(XmlElement(found));
}

XmlElement XmlElement::add_child(const char* name) {
    // xmlNewDocNode instead of xmlNewChild: the latter passes the parent's namespace on.
    xmlNode* const node = checked(xmlNewDocNode(node_->doc, nullptr, to_xml(name), nullptr));
    return XmlElement(checked(xmlAddChild(node_, node)));
}

XmlElement XmlElement::add_child(const char* name, const XmlNamespace& in) {
    const XmlElement added = add_child(name);
    xmlNs* space = xmlSearchNsByHref(node_->doc, added.node_, to_xml(in.uri));
    if (space == nullptr) {
        space = checked(xmlNewNs(added.node_, to_xml(in.uri), to_xml(in.prefix)));
    }
    xmlSetNs(added.node_, space);
    return added;
}

XmlElement XmlElement::child_or_add(const char* name) {
    const auto found = child(name);
    return found ? *found : add_child(name);
}

XmlElement XmlElement::add_copy(const XmlElement& original) {
    xmlNode* const copy = checked(xmlDocCopyNode(original.node_, node_->doc, 1));
    return XmlElement(checked(xmlAddChild(node_, copy)));
}

XmlElement XmlElement::set_attribute(const char* name, std::string_view value) {
    if (accept_text(*node_, value)) {
        static_cast<void>(
            checked(xmlSetNsProp(node_, nullptr, to_xml(name), to_xml(std::string(value).c_str()))));
    }
    return *this;
}

XmlElement XmlElement::set_text(std::string_view text) {
    if (!accept_text(*node_, text)) {
        return *this;
    }
    xmlNodeSetContent(node_, nullptr); // frees the children; text goes in as a node, for it would be parsed
    xmlNode* const content = checked(xmlNewDocText(node_->doc, to_xml(std::string(text).c_str())));
    static_cast<void>(checked(xmlAddChild(node_, content)));
    return *this;
}

XmlElement XmlElement::set_attribute(const char* name, std::uint64_t value) {
    return set_attribute(name, std::string_view(std::to_string(value)));
}

XmlElement XmlElement::set_text(std::uint64_t value) {
    return set_text(std::string_view(std::to_string(value)));
}

void XmlElement::remove_attribute(const char* name) {
    if (xmlAttr* const found = xmlHasNsProp(node_, to_xml(name), nullptr); found != nullptr) {
        xmlRemoveProp(found);
    }
}

void XmlElement::remove() {
    xmlUnlinkNode(node_);
    xmlFreeNode(node_);
    node_ = nullptr;
}

} // namespace nova_rt
