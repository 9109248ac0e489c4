// What one `rt:` key has at hand while it changes a domain.
#pragma once

#include "domainxml/xml_element.hpp"
#include "model/cache_control.hpp"
#include "model/flavor.hpp"
#include "model/judgement.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

/// The flavor's keys, the domain they change, and the reasons they give. All arguments outlive it.
class AdditionContext {
public:
    /// `caches` is null when nothing is known about the host.
    AdditionContext(const Flavor& flavor, const CacheControl* caches, XmlElement domain);

    /// A value within the key's range in the table of extra specs; none when the flavor does not have the
    /// key. Nova lets every `rt:` value through, so one out of range is refused here, in ValidationError's
    /// name.
    [[nodiscard]] Judged<std::optional<unsigned>> number(std::string_view key) const;
    /// The same for a key with a choice of values; the key's default when it is absent.
    [[nodiscard]] Judged<std::string> choice(std::string_view key, std::string_view fallback) const;

    void inform(std::string_view subject, std::string text);
    void warn(std::string_view subject, std::string text);
    /// The host or guest cannot give what the key asks for: a refusal when the flavor says
    /// rt:isolation=required, a warning otherwise. `repair` is a command, or may be empty.
    [[nodiscard]] Verdict miss(std::string_view key, std::string why, std::string repair);

    [[nodiscard]] const Flavor& flavor() const { return flavor_; }

    [[nodiscard]] const CacheControl* caches() const { return caches_; }

    [[nodiscard]] XmlElement domain() const { return domain_; }

    /// Added when missing.
    [[nodiscard]] XmlElement cputune() const;
    [[nodiscard]] std::vector<XmlElement> devices(std::string_view name) const;
    /// Whether <domain type=> is kvm.
    [[nodiscard]] bool is_kvm() const;
    /// Whether <os><type arch=> is of the x86 family. Nova always writes it.
    [[nodiscard]] bool is_x86() const;

    [[nodiscard]] std::vector<Reason> take_reasons() { return std::move(reasons_); }

private:
    const Flavor& flavor_;
    const CacheControl* caches_;
    XmlElement domain_;
    std::vector<Reason> reasons_;
};

} // namespace nova_rt
