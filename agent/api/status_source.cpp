#include "api/status_source.hpp"

#include "base/unique_fd.hpp"
#include "model/status_json.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace nova_rt {

namespace {

using nlohmann::json;

std::shared_ptr<const std::string> serialised(const json& value) {
    return std::make_shared<const std::string>(value.dump(-1, ' ', false, json::error_handler_t::replace));
}

/// A domain in a list: what a table shows. Threads and findings are behind the link.
json summary_of(const GuestStatus& domain) {
    json value = to_json_value(domain);
    value["finding_count"] = domain.findings.size();
    for (const auto& thread : domain.threads) {
        value["finding_count"] = value["finding_count"].get<std::size_t>() + thread.findings.size();
    }
    value.erase("threads");
    value.erase("findings");
    value["links"] = json::array({{{"rel", "self"}, {"href", "/v1/domains/" + domain.uuid.to_string()}}});
    return value;
}

json list_of(const char* name, json items, const StatusDocument& document) {
    return {{name, std::move(items)},
            {"generation", document.generation},
            {"generated_at", to_iso8601(document.generated_at)}};
}

} // namespace

Result<std::string> read_status_file(const std::string& path) {
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    struct stat facts{};
    if (!file || ::fstat(file.get(), &facts) != 0) {
        return fail(system_error(errno, "read " + path));
    }
    if (!S_ISREG(facts.st_mode) || static_cast<std::uint64_t>(facts.st_size) > kMaxStatusBytes) {
        return fail(ErrorCode::InvalidArgument, "read " + path + ": not a regular file of bounded size");
    }
    std::string text(static_cast<std::size_t>(facts.st_size), '\0');
    std::size_t filled = 0;
    while (filled < text.size()) {
        const ssize_t got = ::read(file.get(), text.data() + filled, text.size() - filled);
        if (got < 0) {
            return fail(system_error(errno, "read " + path));
        }
        if (got == 0) {
            break;
        }
        filled += static_cast<std::size_t>(got);
    }
    text.resize(filled);
    return text;
}

std::shared_ptr<const ServedStatus> make_served_status(StatusDocument document) {
    auto served = std::make_shared<ServedStatus>();
    served->etag = "W/\"" + std::to_string(document.generation) + "-" +
                   std::to_string(std::hash<std::string>{}(document.node.boot_id)) + "\"";
    served->status_body = serialised(to_json_value(document));
    json domains = json::array();
    for (const auto& domain : document.domains) {
        domains.push_back(summary_of(domain));
        served->domain_bodies[domain.uuid] = serialised(list_of("domain", to_json_value(domain), document));
    }
    json cpus = json::array();
    for (const auto& cpu : document.cpus) {
        cpus.push_back(to_json_value(cpu));
    }
    served->domains_body = serialised(list_of("domains", std::move(domains), document));
    served->cpus_body = serialised(list_of("cpus", std::move(cpus), document));
    served->document = std::move(document);
    return served;
}

bool StatusSource::has_changed() {
    struct stat facts{};
    FileVersion version;
    if (::lstat(path_.c_str(), &facts) == 0) {
        version = {facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtim};
    }
    const bool same = version.size >= 0 && version.device == last_read_.device &&
                      version.inode == last_read_.inode && version.size == last_read_.size &&
                      version.modified.tv_sec == last_read_.modified.tv_sec &&
                      version.modified.tv_nsec == last_read_.modified.tv_nsec;
    last_read_ = version;
    return !same;
}

void StatusSource::refresh() {
    if (!has_changed()) {
        return;
    }
    const auto text = read_status_file(path_);
    auto document = text ? decode_status(*text) : Result<StatusDocument>(fail(text.error()));
    if (!document) {
        set({view().served, document.error().message()});
        return;
    }
    set({make_served_status(*std::move(document)), ""});
}

void StatusSource::set(StatusView view) {
    const std::lock_guard lock(mutex_);
    view_ = std::move(view);
}

StatusView StatusSource::view() const {
    const std::lock_guard lock(mutex_);
    return view_;
}

} // namespace nova_rt
