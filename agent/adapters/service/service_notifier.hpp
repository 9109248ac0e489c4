// What a service tells its manager. Does nothing where there is none.
#pragma once

#include <string_view>

namespace nova_rt::service {

/// READY=1 and a status line.
void notify_ready(std::string_view status);
/// A status line; feeds the watchdog too, so call it from the loop that must not hang.
void notify_alive(std::string_view status);
void notify_stopping();

} // namespace nova_rt::service
