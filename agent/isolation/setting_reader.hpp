// What a setting reads right now.
#pragma once

#include "base/result.hpp"
#include "knobs/knob.hpp"
#include "model/setting.hpp"

#include <string>

namespace nova_rt {

/// NotFound when the setting is gone; a thread whose id belongs to another thread by now is gone.
[[nodiscard]] Result<std::string> read_setting(const HostView& view, const Setting& setting);

/// NotFound unless the very same thread still exists.
[[nodiscard]] Status expect_thread(const HostView& view, const ThreadIdentity& thread);

} // namespace nova_rt
