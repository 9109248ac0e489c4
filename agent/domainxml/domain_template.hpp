// The skeleton of a domain: the elements in their order, and the static content an operator may edit.
#pragma once

#include "base/result.hpp"
#include "domainxml/xml_document.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace nova_rt {

/// A checked skeleton, cheap to copy and safe to share between threads: it is never changed after loading.
/// Composers fill a copy of it; no text is ever substituted into it. Who owns which
/// element is told in xml-templates/README.md and held by the table in domain_template.cpp.
class DomainTemplate {
public:
    /// Parses and checks a template: every element the composers fill is there once and empty, and nothing is
    /// there that they would contradict. Errors name the element and the line.
    [[nodiscard]] static Result<DomainTemplate> load(std::string_view xml);

    /// A copy to fill.
    [[nodiscard]] XmlDocument instantiate() const { return skeleton_->clone(); }

private:
    explicit DomainTemplate(XmlDocument skeleton)
        : skeleton_(std::make_shared<const XmlDocument>(std::move(skeleton))) {}

    std::shared_ptr<const XmlDocument> skeleton_;
};

} // namespace nova_rt
