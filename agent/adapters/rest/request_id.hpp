// The ids by which a request is found again in logs.
#pragma once

#include <string>
#include <string_view>

namespace nova_rt {

/// "req-" and a random UUID.
[[nodiscard]] std::string make_request_id();

/// Whether a client's id may be repeated: "req-" and a UUID in lower case, nothing else (log injection).
[[nodiscard]] bool is_request_id(std::string_view text);

/// That many random bytes from the kernel, in hexadecimal.
[[nodiscard]] std::string random_hex(std::size_t bytes);

} // namespace nova_rt
