// Why something does not fit, and who asks for it.
#pragma once

#include <string>
#include <string_view>

namespace nova_rt {

struct Misfit {
    std::string what;     ///< what is missing, without a period
    std::string_view key; ///< the extra spec, flavor member or option that asks for it; outlives everything
};

} // namespace nova_rt
