// The instance part of a case document: who the guest is and what only its host knows of it.
#pragma once

#include "base/result.hpp"
#include "services/translation.hpp"

#include <nlohmann/json_fwd.hpp>

namespace nova_rt {

/// {"uuid", "name", "display_name", "project_id", "user_id", "disks": [{"path", "source": "file"|"block",
/// "format", "cache", "target", "bus"}], "console_log", "firmware": {"loader", "nvram_template"},
/// "creation_time": "2026-01-31 12:00:00", "nova_version"}, all of it optional. Paths are absolute.
[[nodiscard]] Status read_instance(const nlohmann::json& instance, TranslationInput& input);

} // namespace nova_rt
