#include "flavor/feature_rules.hpp"

#include "flavor/extra_specs.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace nova_rt {

namespace {

std::string python_bool(bool value) {
    return value ? "True" : "False";
}

tl::unexpected<Refusal> conflict(const RuleInput& input, const std::string& key, const std::string& image_key,
                                 const std::string& flavor_value, const std::string& image_value) {
    return refuse("FlavorImageConflict",
                  "Flavor " + input.flavor.name + " has " + key + " extra spec explicitly set to " +
                      flavor_value + ", conflicting with image " + input.image.name + " which has " +
                      image_key + " explicitly set to " + image_value + ".",
                  key, Provenance::Flavor, flavor_set_command(input.flavor, key, image_value));
}

/// A boolean that flavor and image may both set, to the same value.
Judged<std::optional<bool>> agreed_boolean(const RuleInput& input, const std::string& key,
                                           const std::string& image_key) {
    const auto image = input.image.boolean(image_key);
    const auto text = input.spec(key);
    if (!text) {
        return image;
    }
    const bool flavor = lenient_bool(*text);
    if (image && *image != flavor) {
        return conflict(input, key, image_key, python_bool(flavor), python_bool(*image));
    }
    return flavor;
}

/// int(flavor.extra_specs[key]), none when absent.
Judged<std::optional<std::int64_t>> plain_integer(const RuleInput& input, const std::string& key) {
    const auto text = input.spec(key);
    if (!text) {
        return std::nullopt;
    }
    const auto number = python_int(*text);
    if (!number) {
        return refuse("ValueError", "invalid literal for int() with base 10: '" + *text + "'", key,
                      Provenance::Flavor, flavor_unset_command(input.flavor, key));
    }
    return number;
}

bool is_one_of(const std::optional<std::string>& value, std::string_view a, std::string_view b) {
    return value && (*value == a || *value == b);
}

/// The CPU feature that encrypts; Nova 26.2 has one.
Judged<std::optional<std::string>> encryption_model(const RuleInput& input) {
    constexpr const char* kKey = "hw:mem_encryption_model";
    constexpr const char* kProperty = "hw_mem_encryption_model";
    constexpr std::array<std::string_view, 2> kModels = {"amd-sev", "amd-sev-es"};
    const std::string usual(kModels.front());
    if (input.release == NovaRelease::Zed) {
        return usual;
    }
    const auto flavor = input.spec(kKey);
    const auto image = input.image.text(kProperty);
    if (flavor && image && *flavor != *image) {
        return conflict(input, kKey, kProperty, *flavor, *image);
    }
    const std::string model = image.value_or(flavor.value_or(""));
    if (model.empty()) {
        return usual;
    }
    if (std::ranges::find(kModels, model) == kModels.end()) {
        return refuse("Invalid",
                      "Invalid memory encryption model '" + model + "'. Allowed values: amd-sev, amd-sev-es.",
                      kKey, Provenance::Flavor, flavor_set_command(input.flavor, kKey, usual));
    }
    return model;
}

} // namespace

Judged<std::optional<bool>> pmu(const RuleInput& input) {
    return agreed_boolean(input, "hw:pmu", "hw_pmu");
}

Judged<bool> vif_multiqueue(const RuleInput& input) {
    if (input.flavor.vcpus < 2) {
        return false;
    }
    NOVA_RT_TRY_ASSIGN(value,
                       agreed_boolean(input, "hw:vif_multiqueue_enabled", "hw_vif_multiqueue_enabled"));
    return value.value_or(false);
}

Judged<bool> packed_ring(const RuleInput& input) {
    if (input.release == NovaRelease::Zed) {
        return false;
    }
    NOVA_RT_TRY_ASSIGN(value, agreed_boolean(input, "hw:virtio_packed_ring", "hw_virtio_packed_ring"));
    return value.value_or(false);
}

Judged<std::int64_t> serial_ports(const RuleInput& input) {
    constexpr const char* kKey = "hw:serial_port_count";
    std::int64_t flavor = 0;
    if (const auto text = input.nonempty_spec(kKey)) {
        const auto number = python_int(*text);
        if (!number) {
            return refuse(
                "ImageSerialPortNumberInvalid",
                "Number of serial ports specified in flavor is invalid: expected an integer, got '" + *text +
                    "'",
                kKey, Provenance::Flavor, flavor_set_command(input.flavor, kKey, "1"));
        }
        flavor = *number;
    }
    const std::int64_t image = input.image.integer("hw_serial_port_count").value_or(0);
    if (flavor != 0 && image != 0) {
        if (image > flavor) {
            return refuse("ImageSerialPortNumberExceedFlavorValue",
                          "Forbidden to exceed flavor value of number of serial ports passed in image meta.",
                          "hw_serial_port_count", Provenance::Image,
                          flavor_set_command(input.flavor, kKey, std::to_string(image)));
        }
        return image;
    }
    const std::int64_t either = flavor != 0 ? flavor : image;
    return either != 0 ? either : 1;
}

Judged<std::optional<std::string>> memory_encryption(const RuleInput& input) {
    constexpr const char* kKey = "hw:mem_encryption";
    const auto text = input.spec(kKey);
    const auto image = input.image.boolean("hw_mem_encryption");
    const bool flavor = text && lenient_bool(*text);
    if (!flavor && image != true) {
        return std::nullopt;
    }
    if (text && image && flavor != *image) {
        return conflict(input, kKey, "hw_mem_encryption", *text, python_bool(*image));
    }
    if (input.image.text("hw_firmware_type") != "uefi") {
        return refuse("FlavorImageConflict",
                      "Memory encryption requested but image " + input.image.name +
                          " doesn't have 'hw_firmware_type' property set to 'uefi'",
                      kKey, flavor ? Provenance::Flavor : Provenance::Image,
                      flavor_unset_command(input.flavor, kKey));
    }
    const auto machine = input.image.text("hw_machine_type");
    if (machine && machine->find("q35") == std::string::npos) {
        return refuse("InvalidMachineType",
                      "Machine type '" + *machine + "' is not compatible with image " + input.image.name +
                          " (" + input.image.id + "): q35 type is required for SEV to work",
                      "hw_machine_type", Provenance::Image);
    }
    return encryption_model(input);
}

Judged<std::optional<std::string>> watchdog_action(const RuleInput& input) {
    constexpr const char* kKey = "hw:watchdog_action";
    const std::string flavor = input.nonempty_spec(kKey).value_or("disabled");
    const auto image = input.image.text("hw_watchdog_action");
    std::string action = image.value_or(flavor);
    constexpr std::array<std::string_view, 4> kActions = {"none", "pause", "poweroff", "reset"};
    if (action == "disabled") {
        return std::nullopt;
    }
    for (const auto& known : kActions) {
        if (action == known) {
            return action;
        }
    }
    return refuse("InvalidWatchdogAction", "Provided watchdog action (" + action + ") is not supported.",
                  kKey, Provenance::Flavor, flavor_set_command(input.flavor, kKey, "reset"));
}

Judged<std::optional<std::string>> unique_value(const RuleInput& input, const std::string& spec_key,
                                                const std::string& image_key) {
    const auto flavor = input.spec(spec_key);
    const auto image = input.image.text(image_key);
    const bool flavor_set = flavor && !flavor->empty();
    const bool image_set = image && !image->empty();
    if (flavor_set && image_set && *flavor != *image) {
        return conflict(input, spec_key, image_key, *flavor, *image);
    }
    return flavor_set ? flavor : image;
}

Judged<std::optional<std::string>> vtpm_version(const RuleInput& input) {
    NOVA_RT_TRY_ASSIGN(version, unique_value(input, "hw:tpm_version", "hw_tpm_version"));
    if (!version) {
        return std::nullopt;
    }
    if (!is_one_of(version, "1.2", "2.0")) {
        return refuse("Invalid", "Invalid TPM version '" + *version + "'. Allowed values: 1.2, 2.0.",
                      "hw:tpm_version");
    }
    NOVA_RT_TRY_ASSIGN(model, unique_value(input, "hw:tpm_model", "hw_tpm_model"));
    if (model && !is_one_of(model, "tpm-tis", "tpm-crb")) {
        return refuse("Invalid", "Invalid TPM model '" + *model + "'. Allowed values: tpm-tis, tpm-crb.",
                      "hw:tpm_model");
    }
    if (model == "tpm-crb" && version != "2.0") {
        return refuse("Invalid", "TPM model CRB is only valid with TPM version 2.0.", "hw:tpm_version",
                      Provenance::Flavor, flavor_set_command(input.flavor, "hw:tpm_version", "2.0"));
    }
    return version;
}

bool hides_hypervisor(const RuleInput& input) {
    const auto flavor = input.spec("hw:hide_hypervisor_id");
    const auto legacy = input.spec("hide_hypervisor_id");
    return (flavor && lenient_bool(*flavor)) || (legacy && lenient_bool(*legacy)) ||
           input.image.boolean("img_hide_hypervisor_id").value_or(false);
}

Verdict copy_plain_values(const RuleInput& input, RealtimeRequest& request) {
    NOVA_RT_TRY_ASSIGN(shares, plain_integer(input, "quota:cpu_shares"));
    NOVA_RT_TRY_ASSIGN(period, plain_integer(input, "quota:cpu_period"));
    NOVA_RT_TRY_ASSIGN(quota, plain_integer(input, "quota:cpu_quota"));
    request.cpu_quota = {.shares = shares, .period = period, .quota = quota};
    constexpr std::string_view kDisk = "quota:disk_";
    constexpr std::string_view kVif = "quota:vif_";
    const std::size_t name_at = std::string_view("quota:").size();
    for (const auto& row : nova_extra_specs()) {
        const bool disk = row.key.starts_with(kDisk);
        if (row.scope != SpecScope::Guest || (!disk && !row.key.starts_with(kVif))) {
            continue;
        }
        NOVA_RT_TRY_ASSIGN(value, plain_integer(input, std::string(row.key)));
        if (value) {
            (disk ? request.disk_quota : request.vif_quota)[std::string(row.key.substr(name_at))] = *value;
        }
    }
    request.machine_type = input.image.text("hw_machine_type");
    request.hpet = input.image.boolean("hw_time_hpet");
    request.maxphysaddr_mode = input.spec("hw:maxphysaddr_mode");
    if (!request.maxphysaddr_mode) {
        request.maxphysaddr_mode = input.image.text("hw_maxphysaddr_mode"); // Nova 33 only
    }
    NOVA_RT_TRY_ASSIGN(bits, plain_integer(input, "hw:maxphysaddr_bits"));
    request.maxphysaddr_bits = bits ? bits : input.image.integer("hw_maxphysaddr_bits");
    return {};
}

} // namespace nova_rt
