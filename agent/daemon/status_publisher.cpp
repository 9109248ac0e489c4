#include "daemon/status_publisher.hpp"

#include "model/status_json.hpp"

#include <fstream>
#include <iterator>
#include <string>

namespace nova_rt {

namespace {

/// 0 when there is no document, or none that can be read.
std::uint64_t generation_on_disk(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto document = decode_status(text);
    return document ? document->generation : 0;
}

} // namespace

StatusPublisher::StatusPublisher(PublishedFile file, const Clock& clock, std::chrono::milliseconds period)
    : file_(std::move(file)), clock_(clock), period_(period), generation_(generation_on_disk(file_.path())) {}

Status StatusPublisher::publish(StatusDocument status) {
    const bool is_news = !last_ || !last_->says_the_same_as(status);
    const bool is_due = !published_at_ || clock_.steady_now() - *published_at_ >= period_;
    if (!is_news && !is_due) {
        return {};
    }
    status.generation = generation_ + (is_news ? 1 : 0);
    NOVA_RT_TRY(file_.publish(encode_status(status)));
    generation_ = status.generation;
    last_ = std::move(status);
    published_at_ = clock_.steady_now();
    return {};
}

} // namespace nova_rt
