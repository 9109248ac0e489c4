#include "node/noise/meter/window.hpp"

#include "adapters/linux_host/linux_host_reader.hpp"
#include "adapters/linux_host/recording_host_reader.hpp"
#include "base/text.hpp"

#include "node/noise/meter/affinity.hpp"
#include "node/noise/meter/json_text.hpp"
#include "node/noise/meter/tracer.hpp"
#include <nlohmann/json.hpp>
#include <sys/resource.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

namespace nova_rt::noise {

namespace {

using nlohmann::json;

void wait_for(std::chrono::milliseconds time) {
    constexpr long kNsPerMs = 1'000'000;
    timespec left{.tv_sec = time.count() / 1000, .tv_nsec = time.count() % 1000 * kNsPerMs};
    while (::nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

Status make_empty_directory(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) {
        return fail(system_error(error.value(), "create directory " + quoted(path, 256)));
    }
    if (!std::filesystem::is_empty(path, error)) {
        return fail(ErrorCode::Refused, "directory " + quoted(path, 256) + " is not empty");
    }
    return {};
}

Status write_document(const std::string& path, const json& document) {
    std::ofstream file(path, std::ios::binary);
    file << to_text(document) << std::flush;
    return file ? Status{} : fail(ErrorCode::Io, "write " + nova_rt::quoted(path, 256));
}

Result<CpuSet> withdraw_from(const CpuSet& cpus) {
    CpuSet rest = own_affinity() - cpus;
    if (rest.empty()) {
        return fail(ErrorCode::Refused,
                    "the meter may run on measured CPUs only: it would measure itself, so leave it one");
    }
    NOVA_RT_TRY(set_own_affinity(rest));
    return rest;
}

/// So that what is read at one end is read at once, whatever the load: the meter is not on the measured CPUs.
/// Where it is not allowed the window gets longer.
void take_precedence() {
    constexpr int kFirst = -20;
    static_cast<void>(::setpriority(PRIO_PROCESS, 0, kFirst));
}

Result<std::int64_t> count_progress(const std::optional<std::string>& file) {
    return file ? read_progress(*file) : Result<std::int64_t>(0);
}

/// The window itself, with everything that was read at its ends.
class Recording {
public:
    explicit Recording(RootDirectory root) : reader_(std::move(root)), opening_(reader_), closing_(reader_) {}

    Result<Measurement> run(const WindowOptions& options) {
        const auto& subject = options.subject;
        NOVA_RT_TRY_ASSIGN(root, RootDirectory::open("/"));
        const Tracer tracer(closing_, std::move(root));
        NOVA_RT_TRY_ASSIGN(opened, take_opening_snapshot(opening_, subject));
        NOVA_RT_TRY(tracer.clear_osnoise());
        NOVA_RT_TRY_ASSIGN(first, count_progress(options.progress_file));
        NOVA_RT_TRY_ASSIGN(earlier, tracer.switches(subject.cpus));
        wait_for(options.length);
        NOVA_RT_TRY_ASSIGN(later, tracer.switches(subject.cpus));
        NOVA_RT_TRY_ASSIGN(second, count_progress(options.progress_file));
        WindowFacts facts;
        NOVA_RT_TRY_ASSIGN(closed, take_closing_snapshot(closing_, subject, opened));
        NOVA_RT_TRY_ASSIGN(osnoise, tracer.osnoise(subject.cpus));
        if (earlier && later) {
            facts.histogram = between(*earlier, *later);
        }
        facts.osnoise = std::move(osnoise);
        if (options.progress_file) {
            progress_ = Progress{.opening = first, .closing = second};
        }
        return measure(subject, opened, closed, facts);
    }

    [[nodiscard]] Status keep(const std::string& directory) const {
        NOVA_RT_TRY(write_document(directory + "/raw-opening.json", opening_.record().files));
        return write_document(directory + "/raw-closing.json", closing_.record().files);
    }

    [[nodiscard]] std::string kernel() const {
        return reader_.read("proc/sys/kernel/osrelease").value_or("");
    }

    [[nodiscard]] std::optional<Progress> progress() const { return progress_; }

private:
    LinuxHostReader reader_;
    RecordingHostReader opening_;
    RecordingHostReader closing_;
    std::optional<Progress> progress_;
};

} // namespace

Result<json> run_window(const WindowOptions& options) {
    NOVA_RT_TRY(make_empty_directory(options.directory));
    NOVA_RT_TRY_ASSIGN(root, RootDirectory::open("/"));
    std::unique_ptr<LoadRun> load;
    if (!options.load.empty()) {
        NOVA_RT_TRY_ASSIGN(started, LoadRun::start(options.load, options.directory));
        load = std::move(started);
    }
    MeasurementFrame frame;
    NOVA_RT_TRY_ASSIGN(meter_cpus, withdraw_from(options.subject.cpus));
    take_precedence();
    wait_for(options.warm_up);
    Recording recording(std::move(root));
    NOVA_RT_TRY_ASSIGN(measurement, recording.run(options));
    if (load && !load->runs()) {
        return fail(ErrorCode::Refused,
                    "the load ended before the window did: let it run longer, and see load.log");
    }
    if (load) {
        NOVA_RT_TRY_ASSIGN(result, load->finish());
        frame.load = std::move(result);
    }
    frame.label = options.label;
    frame.kernel = recording.kernel();
    frame.cpus = options.subject.cpus;
    frame.meter_cpus = meter_cpus;
    frame.progress = recording.progress();
    NOVA_RT_TRY(recording.keep(options.directory));
    json document = to_json(measurement, frame);
    NOVA_RT_TRY(write_document(options.directory + "/noise.json", document));
    return document;
}

} // namespace nova_rt::noise
