// Shared by the xml_*.cpp files only: the one header that includes libxml2.
#pragma once

#include <libxml/tree.h>

#include <new>
#include <string_view>

namespace nova_rt::xml_support {

/// libxml2 counts text in xmlChar (unsigned char); these are the only two casts.
[[nodiscard]] inline const xmlChar* to_xml(const char* text) {
    return reinterpret_cast<const xmlChar*>(text);
}

[[nodiscard]] inline std::string_view from_xml(const xmlChar* text) {
    return text == nullptr ? std::string_view() : std::string_view(reinterpret_cast<const char*>(text));
}

/// libxml2 returns NULL only where it is out of memory in the calls we make; that is treated as operator new
/// treats it.
template <typename Pointer> [[nodiscard]] Pointer* checked(Pointer* pointer) {
    if (pointer == nullptr) {
        throw std::bad_alloc();
    }
    return pointer;
}

/// Whether every character is a Char of XML 1.0 (section 2.2), in well-formed UTF-8.
[[nodiscard]] bool can_carry(std::string_view text);

/// Remembers the first text that could not be written into the document.
void remember_refusal(xmlDoc& document, std::string_view element, std::string_view text);

} // namespace nova_rt::xml_support
