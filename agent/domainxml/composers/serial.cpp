#include "domainxml/composers/composers.hpp"

namespace nova_rt::composers {

Status compose_serial(const DomainSpec& spec, XmlElement domain) {
    XmlElement serial = domain.child_or_add("devices").add_child("serial").set_attribute("type", "pty");
    if (spec.console_log_path) {
        serial.add_child("log").set_attribute("file", *spec.console_log_path).set_attribute("append", "off");
    }
    return {};
}

} // namespace nova_rt::composers
