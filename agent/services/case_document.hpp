// The documents a translation is asked with: a flavor, an image, a host, or all of a case at once.
#pragma once

#include "base/result.hpp"
#include "services/translation.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string_view>
#include <vector>

namespace nova_rt {

/// A flavor as `openstack flavor show -f json` prints it (properties, ram, disk), as Nova's API does
/// ({"flavor": {...}}), or in our own form (extra_specs, memory_mb, root_gb).
[[nodiscard]] Result<Flavor> parse_flavor_document(std::string_view json);

/// An image as `openstack image show -f json` prints it, or {"properties": {...}}.
[[nodiscard]] Result<Image> parse_image_document(std::string_view json);

/// A host: {"arch", "cells": [{"id", "socket", "memory_mb", "siblings", "mempages"}], "online",
/// "l3_caches", "resctrl"}; see host_document.hpp.
[[nodiscard]] Result<HostTopology> parse_host_document(std::string_view json);

/// A whole case in the format of tests/nova_compat/oracle.py: flavor, image, host, conf, placed, limits,
/// vifs, instance (see instance_document.hpp), skip; and nova_release, "26.2" or "33". Options of nova.conf
/// that cannot be read become TranslationInput::options_refusal, as they are an answer of Nova's; anything
/// else that is wrong is InvalidArgument.
[[nodiscard]] Result<TranslationInput> parse_case_document(std::string_view json);

[[nodiscard]] Result<Flavor> read_flavor(const nlohmann::json& document);
[[nodiscard]] Result<Image> read_image(const nlohmann::json& document);
[[nodiscard]] Result<TranslationInput> read_case(const nlohmann::json& document);

} // namespace nova_rt
