// A list of case documents on stdin, the list of answers on stdout: the translator for
// tests/nova_compat/generate.py.

#include "services/translation_service.hpp"

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

int main() {
    std::ifstream file(NOVA_RT_SOURCE_DIR "/xml-templates/realtime-guest.xml", std::ios::binary);
    const std::string skeleton(std::istreambuf_iterator<char>(file), {});
    const auto service = nova_rt::TranslationService::create({.domain_template = skeleton});
    if (!service || skeleton.empty()) {
        std::cerr << "load the domain template: " << (service ? "it is empty" : service.error().message())
                  << '\n';
        return 3;
    }
    const std::string cases(std::istreambuf_iterator<char>(std::cin), {});
    const auto answers = service->translate_batch(cases);
    if (!answers) {
        std::cerr << answers.error().message() << '\n';
        return 2;
    }
    std::cout << *answers << '\n';
    return 0;
}
