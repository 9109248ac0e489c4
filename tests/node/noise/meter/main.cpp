// nova-rt-noise: what disturbs chosen CPUs. For tests; not installed.
#include "adapters/linux_host/linux_host_reader.hpp"

#include "node/noise/meter/census.hpp"
#include "node/noise/meter/comparison.hpp"
#include "node/noise/meter/json_text.hpp"
#include "node/noise/meter/plant.hpp"
#include "node/noise/meter/tracer.hpp"
#include "node/noise/meter/window.hpp"
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace nova_rt;
using namespace nova_rt::noise;
using nlohmann::json;

/// 0 done, 1 void or different, 2 the command line or an input is wrong, 3 the machine cannot.
enum ExitStatus : int { kDone = 0, kVoid = 1, kUsage = 2, kEnvironment = 3 };

int report(const Error& error) {
    static_cast<void>(std::fprintf(stderr, "nova-rt-noise: %s\n", error.message().c_str()));
    const bool input = error.code() == ErrorCode::InvalidArgument || error.code() == ErrorCode::Corrupt;
    return input ? kUsage : kEnvironment;
}

int finish(const Status& status) {
    return status ? kDone : report(status.error());
}

void print(const json& document) {
    static_cast<void>(std::fputs(to_text(document).c_str(), stdout));
}

Result<CpuSet> measured_cpus(const std::string& text) {
    NOVA_RT_TRY_ASSIGN_CONTEXT(cpus, CpuSet::from_cpulist(text), "--cpus");
    if (cpus.empty()) {
        return fail(ErrorCode::InvalidArgument, "--cpus is empty: expected a list like 4-7");
    }
    return cpus;
}

struct TracerOptions {
    std::string cpus;
    bool osnoise = false;
};

Status arm(const TracerOptions& options) {
    NOVA_RT_TRY_ASSIGN(cpus, measured_cpus(options.cpus));
    NOVA_RT_TRY_ASSIGN(read_root, RootDirectory::open("/"));
    NOVA_RT_TRY_ASSIGN(root, RootDirectory::open("/"));
    const LinuxHostReader reader(std::move(read_root));
    return Tracer(reader, std::move(root))
        .arm(cpus, options.osnoise ? OsnoiseTracer::On : OsnoiseTracer::Off);
}

Status disarm(const TracerOptions& options) {
    NOVA_RT_TRY_ASSIGN(cpus, measured_cpus(options.cpus));
    NOVA_RT_TRY_ASSIGN(read_root, RootDirectory::open("/"));
    NOVA_RT_TRY_ASSIGN(root, RootDirectory::open("/"));
    const LinuxHostReader reader(std::move(read_root));
    return Tracer(reader, std::move(root)).disarm(cpus);
}

struct MeasureOptions {
    std::string cpus;
    std::vector<int> guests;
    double seconds = 20;
    double warm_up = 3;
    std::string progress_file;
    WindowOptions window;
};

Status run_measurement(MeasureOptions& options) {
    NOVA_RT_TRY_ASSIGN(cpus, measured_cpus(options.cpus));
    auto& window = options.window;
    window.subject = {.cpus = std::move(cpus), .guests = {options.guests.begin(), options.guests.end()}};
    window.length = std::chrono::milliseconds(static_cast<std::int64_t>(options.seconds * 1000));
    window.warm_up = std::chrono::milliseconds(static_cast<std::int64_t>(options.warm_up * 1000));
    if (!options.progress_file.empty()) {
        window.progress_file = options.progress_file;
    }
    NOVA_RT_TRY_ASSIGN(document, run_window(window));
    print(document);
    return {};
}

Result<json> take_census() {
    NOVA_RT_TRY_ASSIGN(root, RootDirectory::open("/"));
    const LinuxHostReader reader(std::move(root));
    NOVA_RT_TRY_ASSIGN(threads, read_threads(reader));
    return census(threads);
}

/// Prints what two documents amount to; exit 1 unless the verdict holds.
int print_verdict(const Result<json>& document, const char* verdict) {
    if (!document) {
        return report(document.error());
    }
    print(*document);
    return document->at(verdict).get<bool>() ? kDone : kVoid;
}

using TwoDocuments = Result<json> (*)(const json&, const json&);

Result<json> of_two_files(const std::string& before, const std::string& after, TwoDocuments what) {
    NOVA_RT_TRY_ASSIGN(first, read_document(before));
    NOVA_RT_TRY_ASSIGN(second, read_document(after));
    return what(first, second);
}

void add_tracer_commands(CLI::App& app, int& status) {
    const auto options = std::make_shared<TracerOptions>();
    auto* arm_command = app.add_subcommand("arm", "Switch tracing on: before any load and any lease");
    arm_command->add_option("--cpus", options->cpus, "CPUs to be measured, like 4-7")->required();
    arm_command->add_flag("--osnoise", options->osnoise, "the osnoise tracer too; its threads are load");
    arm_command->callback([options, &status] { status = finish(arm(*options)); });
    auto* disarm_command = app.add_subcommand("disarm", "Switch tracing off: after everything");
    disarm_command->add_option("--cpus", options->cpus, "as given to arm")->required();
    disarm_command->callback([options, &status] { status = finish(disarm(*options)); });
}

void add_measure_command(CLI::App& app, int& status) {
    const auto options = std::make_shared<MeasureOptions>();
    auto* command = app.add_subcommand("measure", "Measure one window; prints and keeps noise.json");
    command->add_option("--cpus", options->cpus, "CPUs to measure, like 4-7")->required();
    command->add_option("--out", options->window.directory, "new directory for all results")->required();
    command->add_option("--label", options->window.label, "what the window shows");
    command->add_option("--guest", options->guests, "process id of a QEMU whose vCPUs belong there");
    command->add_option("--seconds", options->seconds, "length of the window")
        ->check(CLI::Range(0.1, 3600.0))
        ->capture_default_str();
    command->add_option("--warm-up", options->warm_up, "seconds from the load's start to the window")
        ->check(CLI::Range(0.0, 600.0))
        ->capture_default_str();
    command->add_option("--progress", options->progress_file,
                        "file to which the guest adds a line for each piece of work");
    command->add_option("load", options->window.load,
                        "command that outlasts the window and ends by itself, behind --");
    command->callback([options, &status] { status = finish(run_measurement(*options)); });
}

void add_document_commands(CLI::App& app, int& status) {
    const auto before = std::make_shared<std::string>();
    const auto after = std::make_shared<std::string>();
    auto* comparison = app.add_subcommand("compare", "Before, after and ratio; exit 1 when the pair is void");
    auto* census_diff = app.add_subcommand("census-diff", "Compare two censuses; exit 1 when masks differ");
    for (auto* command : {comparison, census_diff}) {
        command->add_option("before", *before, "document")->required();
        command->add_option("after", *after, "document")->required();
    }
    comparison->callback([before, after, &status] {
        const auto what = [](const json& first, const json& second) { return compare(first, second); };
        status = print_verdict(of_two_files(*before, *after, what), "valid");
    });
    census_diff->callback([before, after, &status] {
        status = print_verdict(of_two_files(*before, *after, compare_censuses), "same");
    });
    auto* census_command = app.add_subcommand("census", "Print every kernel thread's CPUs");
    census_command->callback([&status] {
        const auto document = take_census();
        if (document) {
            print(*document);
        }
        status = document ? kDone : report(document.error());
    });
}

void add_plant_command(CLI::App& app, int& status) {
    struct Options {
        std::string name = "planted";
        unsigned cpu = 0;
        int seconds = 60;
        bool busy = false;
    };

    const auto options = std::make_shared<Options>();
    auto* command = app.add_subcommand("plant", "Be a task that does not belong on a CPU");
    command->add_option("--cpu", options->cpu, "where")->required();
    command->add_option("--name", options->name, "its name, at most 15 bytes")->capture_default_str();
    command->add_option("--seconds", options->seconds, "how long")->capture_default_str();
    command->add_flag("--busy", options->busy, "never sleep");
    command->callback([options, &status] {
        const auto kind = options->busy ? PlantedTask::Busy : PlantedTask::Blinking;
        status = finish(
            run_planted_task(options->name, options->cpu, kind, std::chrono::seconds(options->seconds)));
    });
}

int run(int argc, char** argv) {
    CLI::App app("Measures what disturbs chosen CPUs", "nova-rt-noise");
    app.require_subcommand(1);
    int status = kDone;
    add_tracer_commands(app, status);
    add_measure_command(app, status);
    add_document_commands(app, status);
    add_plant_command(app, status);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kUsage;
    }
    return status;
}

} // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        static_cast<void>(std::fprintf(stderr, "nova-rt-noise: internal error: %s\n", error.what()));
        return kEnvironment;
    }
}
