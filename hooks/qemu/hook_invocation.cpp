#include "qemu/hook_invocation.hpp"

#include "base/text.hpp"

#include <array>
#include <utility>

namespace nova_rt {

namespace {

constexpr std::array<std::pair<std::string_view, HookOperation>, 6> kOperations = {
    {{"prepare", HookOperation::Prepare},
     {"start", HookOperation::Start},
     {"started", HookOperation::Started},
     {"stopped", HookOperation::Stopped},
     {"release", HookOperation::Release},
     {"reconnect", HookOperation::Reconnect}}};

constexpr std::string_view kUuidStart = "<uuid>";
constexpr std::string_view kUuidEnd = "</uuid>";
constexpr std::size_t kUuidLength = 36;

/// What follows an attribute value `key` and the end of its start tag; nothing when there is no more.
std::optional<std::string_view> text_after(std::string_view& xml, std::string_view key) {
    for (;;) {
        const auto found = xml.find(key);
        if (found == std::string_view::npos || found == 0) {
            return std::nullopt;
        }
        const char quote = xml[found - 1];
        xml.remove_prefix(found + key.size());
        const bool whole_value = (quote == '"' || quote == '\'') && xml.starts_with(quote);
        const auto tag_end = xml.find('>');
        if (whole_value && tag_end != std::string_view::npos) {
            const auto text_end = xml.find('<', tag_end);
            return xml.substr(tag_end + 1, text_end == std::string_view::npos ? 0 : text_end - tag_end - 1);
        }
    }
}

} // namespace

HookOperation parse_hook_operation(std::string_view text) {
    for (const auto& [name, operation] : kOperations) {
        if (name == text) {
            return operation;
        }
    }
    return HookOperation::Other;
}

bool may_refuse(HookOperation operation) {
    return operation == HookOperation::Prepare || operation == HookOperation::Start ||
           operation == HookOperation::Started;
}

bool may_refuse_blindly(HookOperation operation) {
    return operation == HookOperation::Prepare;
}

bool may_be_realtime(std::string_view xml) {
    return xml.find("<vcpusched") != std::string_view::npos || xml.find("\"rt:") != std::string_view::npos ||
           xml.find("'rt:") != std::string_view::npos;
}

bool is_clearly_required(std::string_view xml) {
    while (const auto text = text_after(xml, "rt:isolation")) {
        if (trimmed(*text) == "required") {
            return true;
        }
    }
    return false;
}

std::optional<DomainUuid> find_uuid(std::string_view xml) {
    const auto start = xml.find(kUuidStart);
    if (start == std::string_view::npos) {
        return std::nullopt;
    }
    const auto rest = xml.substr(start + kUuidStart.size());
    const auto uuid = DomainUuid::parse(rest.substr(0, kUuidLength));
    if (!uuid || !rest.substr(kUuidLength).starts_with(kUuidEnd)) {
        return std::nullopt;
    }
    return *uuid;
}

} // namespace nova_rt
