#include "adapters/config/nova_conf.hpp"

#include "adapters/config/ini_file.hpp"

namespace nova_rt {

namespace {

Status read_set(const IniSetting& setting, std::string_view key, std::optional<CpuSet>& set) {
    if (setting.section != "compute" || setting.key != key) {
        return {};
    }
    auto parsed = CpuSet::from_nova_spec(setting.value);
    if (!parsed) {
        return fail(parsed.error().with_context("nova.conf, [compute]" + std::string(key)));
    }
    set = *std::move(parsed);
    return {};
}

} // namespace

Result<NovaCpuSets> parse_nova_cpu_sets(std::string_view text) {
    NovaCpuSets sets;
    for (const auto& setting : parse_foreign_ini(text, "nova.conf")) {
        NOVA_RT_TRY(read_set(setting, "cpu_dedicated_set", sets.dedicated));
        NOVA_RT_TRY(read_set(setting, "cpu_shared_set", sets.shared));
    }
    return sets;
}

Result<NovaCpuSets> read_nova_cpu_sets(const std::string& path) {
    const auto text = read_config_file(path);
    if (!text && text.error().code() == ErrorCode::NotFound) {
        return NovaCpuSets{};
    }
    if (!text) {
        return fail(text.error());
    }
    return parse_nova_cpu_sets(*text);
}

} // namespace nova_rt
