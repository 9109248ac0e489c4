#include "model/status.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

namespace nova_rt {

namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr std::string_view kTimeForm = "dddd-dd-ddTdd:dd:dd";

bool matches_form(std::string_view text, std::string_view form) {
    return text.size() == form.size() && std::ranges::equal(text, form, [](char c, char expected) {
               return expected == 'd' ? c >= '0' && c <= '9' : c == expected;
           });
}

/// "123" of ".123Z" in milliseconds; none unless it is one to nine digits between "." and "Z".
std::optional<Milliseconds> parse_fraction(std::string_view text) {
    if (text == "Z") {
        return Milliseconds{0};
    }
    if (text.size() < 3 || text.size() > 11 || text.front() != '.' || text.back() != 'Z') {
        return std::nullopt;
    }
    std::string digits(text.substr(1, text.size() - 2));
    digits.resize(3, '0');
    const auto value = parse_number<unsigned>(digits);
    return value ? std::optional(Milliseconds{*value}) : std::nullopt;
}

void forget_times(StatusDocument& status) {
    status.generation = 0;
    status.generated_at = {};
    status.domains_as_of.reset();
    for (auto& check : status.checks) {
        check.time = {};
    }
}

} // namespace

CheckState StatusDocument::state() const {
    CheckState worst = CheckState::Pass;
    for (const auto& check : checks) {
        worst = std::max(worst, check.state);
    }
    return worst;
}

bool StatusDocument::says_the_same_as(const StatusDocument& other) const {
    StatusDocument mine = *this;
    StatusDocument theirs = other;
    forget_times(mine);
    forget_times(theirs);
    return mine == theirs;
}

std::string to_iso8601(TimePoint time) {
    const auto since_epoch = std::chrono::floor<Milliseconds>(time.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
    const std::time_t whole = seconds.count();
    std::tm utc{};
    if (::gmtime_r(&whole, &utc) == nullptr) {
        return "1970-01-01T00:00:00.000Z";
    }
    std::array<char, 32> text{};
    const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::array<char, 8> fraction{};
    static_cast<void>(std::snprintf(fraction.data(), fraction.size(), ".%03dZ",
                                    static_cast<int>((since_epoch - seconds).count())));
    return std::string(text.data(), length) + fraction.data();
}

std::optional<TimePoint> from_iso8601(std::string_view text) {
    if (text.size() <= kTimeForm.size() || !matches_form(text.substr(0, kTimeForm.size()), kTimeForm)) {
        return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t length) {
        return parse_number<int>(text.substr(at, length)).value_or(0);
    };
    std::tm utc{};
    utc.tm_year = number(0, 4) - 1900;
    utc.tm_mon = number(5, 2) - 1;
    utc.tm_mday = number(8, 2);
    utc.tm_hour = number(11, 2);
    utc.tm_min = number(14, 2);
    utc.tm_sec = number(17, 2);
    const std::tm given = utc;
    const std::time_t seconds = ::timegm(&utc);
    const bool is_calendar_date = utc.tm_mon == given.tm_mon && utc.tm_mday == given.tm_mday &&
                                  utc.tm_hour == given.tm_hour && utc.tm_min == given.tm_min;
    const auto fraction = parse_fraction(text.substr(kTimeForm.size()));
    if (!is_calendar_date || !fraction) {
        return std::nullopt;
    }
    return TimePoint(std::chrono::seconds(seconds) + *fraction);
}

} // namespace nova_rt
