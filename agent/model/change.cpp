#include "model/change.hpp"

namespace nova_rt {

std::string describe(const Change& change) {
    return describe(change.setting) + ": " + change.before + " -> " + change.after;
}

} // namespace nova_rt
