#include "base/text.hpp"
#include "domainxml/composers/composers.hpp"
#include "flavor/nova_values.hpp"

namespace nova_rt::composers {
namespace {

/// The number of an extra spec, 0 when the flavor does not have it.
Result<std::int64_t> number_of(const Flavor& flavor, const char* key) {
    const auto text = find_property(flavor.extra_specs, key);
    if (!text) {
        return 0;
    }
    if (const auto number = python_int(*text)) {
        return *number;
    }
    return fail(ErrorCode::InvalidArgument,
                "extra spec " + std::string(key) + " is " + quoted(*text) + ", not a number");
}

} // namespace

/// The device itself stands in the template.
Status compose_rng(const DomainSpec& spec, XmlElement domain) {
    const bool allowed =
        lenient_bool(find_property(spec.flavor.extra_specs, "hw_rng:allowed").value_or("true"));
    NOVA_RT_TRY_ASSIGN(bytes, number_of(spec.flavor, "hw_rng:rate_bytes"));
    NOVA_RT_TRY_ASSIGN(period, number_of(spec.flavor, "hw_rng:rate_period"));
    for (auto& rng : domain.child_or_add("devices").children("rng")) {
        if (!allowed) {
            rng.remove();
        } else if (bytes != 0 && period != 0) {
            rng.child_or_add("rate")
                .set_attribute("period", std::to_string(period))
                .set_attribute("bytes", std::to_string(bytes));
        }
    }
    return {};
}

} // namespace nova_rt::composers
