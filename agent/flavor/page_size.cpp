#include "flavor/page_size.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <limits>

namespace nova_rt {

namespace {

constexpr const char* kKey = "hw:mem_page_size";
constexpr const char* kImageKey = "hw_mem_page_size";

std::string image_text(const RuleInput& input) {
    return input.image.text(kImageKey).value_or("");
}

Judged<PageSizeRequest> parse_size(const RuleInput& input, const std::string& text, Provenance provenance) {
    using Kind = PageSizeRequest::Kind;
    if (text == "any") {
        return PageSizeRequest{.kind = Kind::Any, .exact = {}};
    }
    if (text == "large") {
        return PageSizeRequest{.kind = Kind::Large, .exact = {}};
    }
    if (text == "small") {
        return PageSizeRequest{.kind = Kind::Small, .exact = {}};
    }
    const bool digits =
        !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
        const auto kib = parse_number<std::uint64_t>(text);
        return PageSizeRequest{.kind = Kind::Exact,
                               .exact = {kib.value_or(std::numeric_limits<std::uint64_t>::max())}};
    }
    const auto bytes = string_to_bytes(text);
    if (!bytes) {
        return refuse("MemoryPageSizeInvalid", "Invalid memory page size '" + text + "'",
                      provenance == Provenance::Image ? kImageKey : kKey, provenance,
                      flavor_set_command(input.flavor, kKey, "large"));
    }
    return PageSizeRequest{.kind = Kind::Exact, .exact = {*bytes / 1024}};
}

} // namespace

Judged<std::optional<PageSizeRequest>> page_size(const RuleInput& input) {
    const auto flavor = input.nonempty_spec(kKey);
    const std::string image = image_text(input);
    const auto forbidden = [&](const std::string& against) {
        return refuse("MemoryPageSizeForbidden",
                      "Page size " + image + " forbidden against '" + against + "'", kImageKey,
                      Provenance::Image, flavor_set_command(input.flavor, kKey, "any"));
    };
    if (!flavor && !image.empty()) {
        return forbidden("<empty>");
    }
    if (!flavor) {
        return std::nullopt;
    }
    NOVA_RT_TRY_ASSIGN(size, parse_size(input, *flavor, Provenance::Flavor));
    if (image.empty()) {
        return size;
    }
    if (size.kind == PageSizeRequest::Kind::Any || size.kind == PageSizeRequest::Kind::Large) {
        NOVA_RT_TRY_ASSIGN(chosen, parse_size(input, image, Provenance::Image));
        return chosen;
    }
    return forbidden(*flavor);
}

Judged<std::optional<bool>> locked_memory(const RuleInput& input) {
    constexpr const char* kLocked = "hw:locked_memory";
    const auto image = input.image.boolean("hw_locked_memory");
    std::optional<bool> locked = image;
    if (const auto text = input.spec(kLocked)) {
        locked = lenient_bool(*text);
        if (image && image != locked) {
            const auto named = [](bool value) { return value ? "True" : "False"; };
            return refuse("FlavorImageLockedMemoryConflict",
                          std::string("locked_memory value in image (") + named(*image) + ") and flavor (" +
                              named(*locked) +
                              ") conflict. A consistent value is expected if both specified.",
                          kLocked, Provenance::Flavor, flavor_unset_command(input.flavor, kLocked));
        }
    }
    const bool any_page_size = input.nonempty_spec(kKey).has_value() || !image_text(input).empty();
    if (locked == true && !any_page_size) {
        return refuse("LockMemoryForbidden",
                      "locked_memory value in image or flavor is forbidden when mem_page_size is not set.",
                      kLocked, input.spec(kLocked) ? Provenance::Flavor : Provenance::Image,
                      flavor_set_command(input.flavor, kKey, "large"));
    }
    return locked;
}

} // namespace nova_rt
