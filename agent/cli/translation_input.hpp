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
    std::string document; ///< a case document; "-" is stdin, and so is none when there is no `flavor`
    std::string flavor;   ///< instead of the document's
    std::string image;
    std::vector<std::string> conf; ///< "compute.cpu_shared_set=0-3"
    std::string name;
    std::string uuid;
    std::string template_file;
    std::string nova_release;           ///< empty: the document's, or 26.2
    std::string uri = "qemu:///system"; ///< of the libvirt that is asked what runs here
    bool without_guests = false;        ///< count an empty machine

    /// `flavors` takes every --flavor where more than one may be given; otherwise `flavor` takes the one.
    void add_to(CLI::App& command, std::vector<std::string>* flavors = nullptr);
};

/// A question and what was answered.
struct AnsweredQuestion {
    TranslationInput input;
    Translation translation;
};

/// What stands for a host that the question does not have.
enum class HostFallback { ThisMachine, None };

/// Reads the files and, where the document has no host, this machine's topology from sysfs and its guests
/// from libvirt. A libvirt that does not answer is a warning among TranslationInput::notes.
[[nodiscard]] Result<TranslationInput>
read_translation_input(const TranslationOptions& options, HostFallback fallback = HostFallback::ThisMachine);

/// Reads the question and answers it.
[[nodiscard]] Result<AnsweredQuestion> answer_question(const TranslationOptions& options);

/// Answers each case of a list as answer_question() would answer it alone.
[[nodiscard]] Result<std::string> answer_batch(const TranslationOptions& options);

/// The service with the installed template, or the one the options name.
[[nodiscard]] Result<TranslationService> open_translation_service(const TranslationOptions& options);

} // namespace nova_rt
