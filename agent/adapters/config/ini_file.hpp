// oslo-style INI text as a list of settings.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace nova_rt {

struct IniSetting {
    std::string section;
    std::string key;
    std::string value;
    std::string origin; ///< the file it was read from
};

/// Settings in the order of the text. "#" and ";" start comment lines, never comments behind a value (a value
/// may hold them). InvalidArgument names the first line that is neither setting, section nor comment.
[[nodiscard]] Result<std::vector<IniSetting>> parse_ini(std::string_view text, std::string_view origin);

/// The same for a file of somebody else: lines it cannot read are left out.
[[nodiscard]] std::vector<IniSetting> parse_foreign_ini(std::string_view text, std::string_view origin);

/// A whole file of bounded size. NotFound when it does not exist.
[[nodiscard]] Result<std::string> read_config_file(const std::string& path);

} // namespace nova_rt
