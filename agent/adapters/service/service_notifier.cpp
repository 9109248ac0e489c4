#include "adapters/service/service_notifier.hpp"

#include <systemd/sd-daemon.h>

#include <string>

namespace nova_rt::service {

namespace {

/// One line: a newline would start another assignment.
std::string status_line(std::string_view status) {
    std::string line = "STATUS=" + std::string(status);
    for (char& c : line) {
        c = c == '\n' ? ' ' : c;
    }
    return line;
}

} // namespace

void notify_ready(std::string_view status) {
    ::sd_notify(0, ("READY=1\n" + status_line(status)).c_str());
}

void notify_alive(std::string_view status) {
    ::sd_notify(0, ("WATCHDOG=1\n" + status_line(status)).c_str());
}

void notify_stopping() {
    ::sd_notify(0, "STOPPING=1");
}

} // namespace nova_rt::service
