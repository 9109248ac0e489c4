// From a flavor to a plan and domain XML, stage by stage as Nova goes.
#pragma once

#include "base/result.hpp"
#include "domainxml/domain_template.hpp"
#include "services/translation.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace nova_rt {

/// The text of the installed data files a translation needs.
struct TranslationTexts {
    std::string domain_template; ///< xml-templates/realtime-guest.xml; empty: no XML is made
};

/// Pure: reads no file and no clock. One service may be used from several threads.
class TranslationService {
public:
    /// Checks the template once; its error names element and line.
    [[nodiscard]] static Result<TranslationService> create(const TranslationTexts& texts);

    /// Answers one question. Nova's refusal is part of the answer; the Error is for what Nova never sees,
    /// such as a port that no composer knows.
    [[nodiscard]] Result<Translation> translate(const TranslationInput& input) const;

    /// A case document (tests/nova_compat/oracle.py) in, the answer document out: {name, ok, error{stage,
    /// type, message, key, provenance, repair}, realtime_vcpus, placement, pins, emulator_reserved,
    /// emulator_pins, sched, cells, xml, reasons}.
    [[nodiscard]] Result<std::string> translate_document(std::string_view json) const;

    /// Adds to a question what its document leaves out.
    using Completion = std::function<Status(TranslationInput&)>;

    /// A list of case documents in, the list of answers out. A document that cannot be read or completed gets
    /// an answer with stage "input" and type "InvalidArgument".
    [[nodiscard]] Result<std::string> translate_batch(std::string_view json,
                                                      const Completion& complete = {}) const;

private:
    explicit TranslationService(std::optional<DomainTemplate> skeleton) : skeleton_(std::move(skeleton)) {}

    std::optional<DomainTemplate> skeleton_; ///< none: no XML is made
};

/// An answer as the document translate_document() gives, on one line.
[[nodiscard]] std::string to_document(const Translation& translation);

} // namespace nova_rt
