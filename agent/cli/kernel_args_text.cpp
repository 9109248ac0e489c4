#include "cli/kernel_args_text.hpp"

#include "model/status_names.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace nova_rt {

namespace {

nlohmann::json to_object(const CheckResult& check) {
    return {{"name", check.name},
            {"state", std::string(name_in(kCheckStateNames, check.state))},
            {"expected", check.expected},
            {"seen", check.seen},
            {"source", check.source},
            {"consequence", check.consequence},
            {"fix", check.fix}};
}

nlohmann::json to_array(const std::vector<CheckResult>& checks) {
    auto array = nlohmann::json::array();
    for (const auto& check : checks) {
        array.push_back(to_object(check));
    }
    return array;
}

} // namespace

std::string to_text(const KernelArgumentPlan& plan, const std::vector<CheckResult>& in_force) {
    std::size_t width = 0;
    for (const auto& argument : plan.arguments) {
        width = std::max(width, argument.text.size());
    }
    std::string text = fmt::format("Realtime pCPUs {}, housekeeping {}. Kernel arguments:\n\n{}\n\n",
                                   plan.pool.to_cpulist(), plan.housekeeping.to_cpulist(), plan.line());
    for (const auto& argument : plan.arguments) {
        text += fmt::format("  {:<{}}  {}\n", argument.text, width, argument.why);
    }
    text += plan.objections.empty() ? "" : "\nThe pool itself:\n" + to_text(plan.objections);
    text += "\nThis boot (after a change: reboot, then run this with --verify):\n" + to_text(in_force);
    return text;
}

std::string to_json(const KernelArgumentPlan& plan, const std::vector<CheckResult>& in_force) {
    auto arguments = nlohmann::json::array();
    for (const auto& argument : plan.arguments) {
        arguments.push_back({{"text", argument.text}, {"why", argument.why}});
    }
    const nlohmann::json document = {{"pcpus", plan.pool.to_cpulist()},
                                     {"housekeeping", plan.housekeeping.to_cpulist()},
                                     {"line", plan.line()},
                                     {"arguments", std::move(arguments)},
                                     {"objections", to_array(plan.objections)},
                                     {"checks", to_array(in_force)},
                                     {"in_force", worst_state(in_force) != CheckState::Fail}};
    return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

} // namespace nova_rt
