#include "domainxml/additions/addition_context.hpp"

#include "base/text.hpp"
#include "flavor/extra_spec_values.hpp"
#include "flavor/nova_values.hpp"

#include <cassert>
#include <utility>

namespace nova_rt {
namespace {

std::string allowed_values(const ExtraSpec& row) {
    return row.kind == ValueKind::Choice
               ? "none of " + std::string(row.choices)
               : "not a number from " + std::to_string(row.minimum) + " to " + std::to_string(row.maximum);
}

/// The value as it stands, none when absent; refused when the table does not allow it.
Judged<std::optional<std::string>> checked_value(const Flavor& flavor, std::string_view key) {
    const ExtraSpec* const row = find_extra_spec(key);
    assert(row != nullptr);
    auto value = find_property(flavor.extra_specs, std::string(key));
    if (!value || value_complaint(*row, *value).empty()) {
        return value;
    }
    return fail(Refusal{.stage = "schema",
                        .type = "ValidationError",
                        .message = "extra spec " + std::string(key) + " is " + quoted(*value) + ", " +
                                   allowed_values(*row),
                        .key = std::string(key),
                        .provenance = Provenance::Flavor,
                        .repair = flavor_unset_command(flavor, key)});
}

} // namespace

AdditionContext::AdditionContext(const Flavor& flavor, const CacheControl* caches, XmlElement domain)
    : flavor_(flavor), caches_(caches), domain_(domain) {}

Judged<std::optional<unsigned>> AdditionContext::number(std::string_view key) const {
    NOVA_RT_TRY_ASSIGN(text, checked_value(flavor_, key));
    const auto value = text ? python_int(*text) : std::nullopt;
    return value ? std::optional(static_cast<unsigned>(*value)) : std::nullopt;
}

Judged<std::string> AdditionContext::choice(std::string_view key, std::string_view fallback) const {
    NOVA_RT_TRY_ASSIGN(text, checked_value(flavor_, key));
    return text.value_or(std::string(fallback));
}

void AdditionContext::inform(std::string_view subject, std::string text) {
    reasons_.push_back(
        {.severity = Reason::Severity::Info, .subject = std::string(subject), .text = std::move(text)});
}

void AdditionContext::warn(std::string_view subject, std::string text) {
    reasons_.push_back(
        {.severity = Reason::Severity::Warning, .subject = std::string(subject), .text = std::move(text)});
}

Verdict AdditionContext::miss(std::string_view key, std::string why, std::string repair) {
    if (find_property(flavor_.extra_specs, "rt:isolation") != "required") {
        warn(key, std::move(why) + (repair.empty() ? "" : "; repair: " + repair));
        return {};
    }
    return fail(Refusal{.stage = "xml",
                        .type = "RealtimeRequirementNotMet",
                        .message = std::string(key) + ": " + std::move(why) +
                                   ", and rt:isolation=required does not go without",
                        .key = std::string(key),
                        .provenance = Provenance::Flavor,
                        .repair = std::move(repair)});
}

XmlElement AdditionContext::cputune() const {
    return XmlElement(domain_).child_or_add("cputune");
}

std::vector<XmlElement> AdditionContext::devices(std::string_view name) const {
    const auto devices = domain_.child("devices");
    return devices ? devices->children(name) : std::vector<XmlElement>{};
}

bool AdditionContext::is_kvm() const {
    return domain_.attribute("type") == "kvm";
}

bool AdditionContext::is_x86() const {
    const auto os = domain_.child("os");
    const auto type = os ? os->child("type") : std::nullopt;
    const auto architecture = type ? type->attribute("arch") : std::nullopt;
    return architecture == "x86_64" || architecture == "i686";
}

} // namespace nova_rt
