// The question a translation command asks: a case document, or flavor and image files, on this host.
#pragma once

#include "base/result.hpp"
#include "services/translation.hpp"
#include "services/translation_service.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace nova_rt {

/// The options translate, plan, explain and define have in common.
struct TranslationOptions {
    std::string document = "-"; ///< a case document; "-" is stdin; unused when `flavor` is given
    std::string flavor;
    std::string image;
    std::vector<std::string> conf; ///< "compute.cpu_shared_set=0-3"
    std::string name;
    std::string uuid;
    std::string template_file;
    std::string uri = "qemu:///system"; ///< of the libvirt that is asked what runs here
    bool without_guests = false;        ///< count an empty machine

    void add_to(CLI::App& command);
};

/// Reads the files and, where the document has no host, this machine's topology from sysfs and its guests
/// from libvirt. A libvirt that does not answer is a warning among TranslationInput::notes.
[[nodiscard]] Result<TranslationInput> read_translation_input(const TranslationOptions& options);

/// The service with the installed template, or the one the options name.
[[nodiscard]] Result<TranslationService> open_translation_service(const TranslationOptions& options);

} // namespace nova_rt
