#include "lint/lint_subject.hpp"

namespace nova_rt {

bool LintSubject::is_true(const std::string& key) const {
    const auto value = spec(key);
    return value && lenient_bool(*value);
}

bool LintSubject::knows_options() const {
    return host || options.cpu_shared_set || options.cpu_dedicated_set || options.vcpu_pin_set;
}

} // namespace nova_rt
