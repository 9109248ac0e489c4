#include "services/instance_document.hpp"

#include "base/text.hpp"
#include "services/bounded_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace nova_rt {

using nlohmann::json;

namespace {

constexpr const char* kWhere = "read instance";
constexpr std::size_t kMaxDisks = 64;
constexpr std::size_t kMaxPath = 4096;

tl::unexpected<Error> bad(const std::string& why) {
    return fail(ErrorCode::InvalidArgument, std::string(kWhere) + ": " + why);
}

Result<std::string> text_or(const json& object, const char* key, const char* fallback) {
    NOVA_RT_TRY_ASSIGN(text, read_text(object, key, kWhere));
    return text.value_or(fallback);
}

/// An absolute path, none when absent.
Result<std::optional<std::string>> read_path(const json& object, const char* key) {
    NOVA_RT_TRY_ASSIGN(path, read_text(object, key, kWhere));
    if (path && (!path->starts_with('/') || path->size() > kMaxPath)) {
        return bad(std::string(key) + " is " + nova_rt::quoted(*path) + ", not an absolute path of up to " +
                   std::to_string(kMaxPath) + " bytes");
    }
    return path;
}

Result<std::string> read_choice(const json& object, const char* key, std::string_view choices) {
    const auto allowed = split(choices, ',');
    NOVA_RT_TRY_ASSIGN(text, text_or(object, key, std::string(allowed.front()).c_str()));
    if (std::ranges::find(allowed, text) == allowed.end()) {
        return bad(std::string(key) + " is " + nova_rt::quoted(text) + ", none of " + std::string(choices));
    }
    return text;
}

/// A device name such as "vda".
bool is_target(std::string_view name) {
    constexpr std::size_t kLongest = 8;
    return !name.empty() && name.size() <= kLongest &&
           std::ranges::all_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
}

Result<GuestDisk> read_disk(const json& document, std::size_t number) {
    NOVA_RT_TRY(expect_object(document, std::string(kWhere) + " disk"));
    NOVA_RT_TRY_ASSIGN(path, read_path(document, "path"));
    if (!path) {
        return bad("disk " + std::to_string(number) + " has no path");
    }
    NOVA_RT_TRY_ASSIGN(source, read_choice(document, "source", "file,block"));
    NOVA_RT_TRY_ASSIGN(format, read_choice(document, "format", "qcow2,raw"));
    NOVA_RT_TRY_ASSIGN(
        cache, read_choice(document, "cache", "none,writethrough,writeback,directsync,unsafe,default"));
    NOVA_RT_TRY_ASSIGN(bus, read_choice(document, "bus", "virtio,scsi,sata,ide,usb"));
    const std::string next = std::string("vd") + static_cast<char>('a' + number % 26);
    NOVA_RT_TRY_ASSIGN(target, text_or(document, "target", next.c_str()));
    if (!is_target(target)) {
        return bad("target is " + nova_rt::quoted(target) + ", not a device name like \"vda\"");
    }
    return GuestDisk{.source = source == "file" ? DiskSource::File : DiskSource::Block,
                     .path = *path,
                     .format = format,
                     .cache = cache,
                     .target = target,
                     .bus = bus};
}

Result<std::vector<GuestDisk>> read_disks(const json& instance) {
    std::vector<GuestDisk> disks;
    const auto found = instance.find("disks");
    if (found == instance.end() || found->is_null()) {
        return disks;
    }
    if (!found->is_array() || found->size() > kMaxDisks) {
        return bad("disks is not a list of at most " + std::to_string(kMaxDisks));
    }
    std::set<std::string> targets;
    for (const json& document : *found) {
        NOVA_RT_TRY_ASSIGN(disk, read_disk(document, disks.size()));
        if (!targets.insert(disk.target).second) {
            return bad("two disks have the target " + nova_rt::quoted(disk.target));
        }
        disks.push_back(std::move(disk));
    }
    return disks;
}

Result<std::optional<GuestFirmware>> read_firmware(const json& instance) {
    const auto found = instance.find("firmware");
    if (found == instance.end() || found->is_null()) {
        return std::nullopt;
    }
    NOVA_RT_TRY(expect_object(*found, std::string(kWhere) + " firmware"));
    NOVA_RT_TRY_ASSIGN(loader, read_path(*found, "loader"));
    NOVA_RT_TRY_ASSIGN(nvram, read_path(*found, "nvram_template"));
    if (!loader || !nvram) {
        return bad("firmware lacks loader or nvram_template");
    }
    return GuestFirmware{.loader = *loader, .nvram_template = *nvram};
}

/// The shape of "2026-01-31 12:00:00".
bool is_time(std::string_view text) {
    constexpr std::string_view kShape = "dddd-dd-dd dd:dd:dd";
    return std::ranges::equal(
        text, kShape, [](char c, char shape) { return shape == 'd' ? c >= '0' && c <= '9' : c == shape; });
}

Status read_parts(const json& instance, GuestParts& parts) {
    NOVA_RT_TRY_ASSIGN(disks, read_disks(instance));
    NOVA_RT_TRY_ASSIGN(console, read_path(instance, "console_log"));
    NOVA_RT_TRY_ASSIGN(firmware, read_firmware(instance));
    NOVA_RT_TRY_ASSIGN(created, read_text(instance, "creation_time", kWhere));
    NOVA_RT_TRY_ASSIGN(version, read_text(instance, "nova_version", kWhere));
    if (created && !is_time(*created)) {
        return bad("creation_time is " + nova_rt::quoted(*created) + ", not like 2026-01-31 12:00:00");
    }
    constexpr std::size_t kLongestVersion = 64;
    if (version && (version->empty() || version->size() > kLongestVersion)) {
        return bad("nova_version is not 1 to " + std::to_string(kLongestVersion) + " bytes long");
    }
    parts.disks = std::move(disks);
    parts.console_log_path = std::move(console);
    parts.firmware = std::move(firmware);
    parts.creation_time = std::move(created);
    parts.nova_version = std::move(version);
    return {};
}

} // namespace

Status read_instance(const json& instance, TranslationInput& input) {
    NOVA_RT_TRY(expect_object(instance, kWhere));
    NOVA_RT_TRY_ASSIGN(uuid, text_or(instance, "uuid", "11111111-2222-4333-8444-555555555555"));
    NOVA_RT_TRY_ASSIGN(name, text_or(instance, "name", "instance-00000001"));
    NOVA_RT_TRY_ASSIGN(display, text_or(instance, "display_name", "rt-guest"));
    NOVA_RT_TRY_ASSIGN(project, text_or(instance, "project_id", "pppppppppppppppppppppppppppppppp"));
    NOVA_RT_TRY_ASSIGN(user, text_or(instance, "user_id", "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu"));
    input.instance = {
        .uuid = uuid, .domain_name = name, .display_name = display, .project_id = project, .user_id = user};
    return read_parts(instance, input.parts);
}

} // namespace nova_rt
