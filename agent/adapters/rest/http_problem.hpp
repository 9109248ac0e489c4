// Error answers in the format of OpenStack's API-SIG guideline "errors".
#pragma once

#include "adapters/rest/http_message.hpp"

#include <string>
#include <string_view>

namespace nova_rt {

/// Why a request is refused.
struct HttpProblem {
    unsigned status = 400;
    std::string code; ///< closed set, "realtime.domain.not_found"
    std::string detail;
};

/// The reason phrase of a status ("Not Found").
[[nodiscard]] std::string_view status_title(unsigned status);

/// {"errors":[{request_id, code, status, title, detail}]}, with the request id as a header too.
[[nodiscard]] HttpResponse to_response(const HttpProblem& problem, std::string_view request_id);

} // namespace nova_rt
