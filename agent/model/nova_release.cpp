#include "model/nova_release.hpp"

#include "base/text.hpp"

namespace nova_rt {

Result<NovaRelease> parse_nova_release(std::string_view text) {
    if (text == "26.2") {
        return NovaRelease::Zed;
    }
    if (text == "33") {
        return NovaRelease::Gazpacho;
    }
    return fail(ErrorCode::InvalidArgument,
                "Nova release " + quoted(text) + " is not known: 26.2 (the default) and 33 are");
}

const char* version_of(NovaRelease release) {
    return release == NovaRelease::Zed ? "26.2.2" : "33.0.2";
}

} // namespace nova_rt
