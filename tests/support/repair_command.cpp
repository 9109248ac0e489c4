#include "support/repair_command.hpp"

#include <optional>
#include <vector>

namespace nova_rt::test {

namespace {

/// The words of a POSIX shell, for text with plain words, single quotes and \' only.
std::optional<std::vector<std::string>> words_of(const std::string& text) {
    std::vector<std::string> words;
    std::optional<std::string> word;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\'') {
            inside = !inside;
            word = word.value_or("");
        } else if (!inside && c == ' ') {
            if (word) {
                words.push_back(*word);
            }
            word.reset();
        } else if (!inside && c == '\\' && i + 1 < text.size()) {
            word = word.value_or("") + text[++i];
        } else {
            word = word.value_or("") + c;
        }
    }
    if (word) {
        words.push_back(*word);
    }
    return inside ? std::nullopt : std::optional(words);
}

bool apply_one(const std::vector<std::string>& words, TranslationInput& input) {
    if (words.size() != 6 || words[0] != "openstack" || words[3] != "--property") {
        return false;
    }
    const bool flavor = words[1] == "flavor";
    if (!flavor && words[1] != "image") {
        return false;
    }
    if (words[5] != (flavor ? input.flavor.name : input.image.id)) {
        return false;
    }
    Properties& properties = flavor ? input.flavor.extra_specs : input.image.properties;
    if (words[2] == "unset") {
        return properties.erase(words[4]) == 1;
    }
    const auto equals = words[4].find('=');
    if (words[2] != "set" || equals == std::string::npos) {
        return false;
    }
    properties[words[4].substr(0, equals)] = words[4].substr(equals + 1);
    return true;
}

} // namespace

bool apply_repair(const std::string& repair, TranslationInput& input) {
    const auto words = words_of(repair);
    if (!words || words->empty()) {
        return false;
    }
    TranslationInput repaired = input;
    std::vector<std::string> command;
    for (const std::string& word : *words) {
        if (word != "&&") {
            command.push_back(word);
            continue;
        }
        if (!apply_one(command, repaired)) {
            return false;
        }
        command.clear();
    }
    if (!apply_one(command, repaired)) {
        return false;
    }
    input = std::move(repaired);
    return true;
}

} // namespace nova_rt::test
