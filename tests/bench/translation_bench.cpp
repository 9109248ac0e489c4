// What an answer costs: a case document in, plan and domain XML in a document out, as nova_bench.py asks
// Nova.

#include "flavor/realtime_rules.hpp"
#include "planner/planner.hpp"
#include "services/case_document.hpp"
#include "services/translation_service.hpp"
#include "support/plain_file.hpp"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <iostream>
#include <string>
#include <type_traits>
#include <utility>

namespace nova_rt {
namespace {

using nlohmann::json;

/// The value; without one there is nothing to measure.
template <typename Value, typename Problem> Value need(tl::expected<Value, Problem> result) {
    if (!result) {
        if constexpr (std::is_same_v<Problem, Refusal>) {
            std::cerr << result.error().message << '\n';
        } else {
            std::cerr << result.error().message() << '\n';
        }
        std::abort();
    }
    return *std::move(result);
}

std::string text_of(const std::string& name) {
    return test::plain_file_text(std::string(NOVA_RT_BENCH_DOCUMENTS) + "/" + name + ".json");
}

TranslationService service() {
    const std::string path = std::string(NOVA_RT_SOURCE_DIR) + "/xml-templates/realtime-guest.xml";
    return need(TranslationService::create({.domain_template = test::plain_file_text(path)}));
}

/// Everything nova-rt does between the text it is asked with and the text it answers.
void document(benchmark::State& state, const char* name) {
    const TranslationService translator = service();
    const std::string question = text_of(name);
    const json answer = json::parse(need(translator.translate_document(question)));
    if (answer["ok"] != true || !answer.contains("xml")) {
        state.SkipWithError(answer["error"].dump().c_str());
        return;
    }
    for (auto _ : state) {
        benchmark::DoNotOptimize(translator.translate_document(question));
    }
    state.SetLabel(answer["pins"].dump()); // `run` compares them with Nova's
}

/// A flavor's document to its XML, on a host that is known already.
void flavor(benchmark::State& state, const char* name) {
    const TranslationService translator = service();
    const std::string question = text_of(name);
    const std::string flavor_text = json::parse(question)["flavor"].dump();
    TranslationInput input = need(parse_case_document(question));
    for (auto _ : state) {
        input.flavor = need(parse_flavor_document(flavor_text));
        benchmark::DoNotOptimize(need(translator.translate(input)));
    }
}

/// The other parts of document(): to read the question and to write the answer.
void read(benchmark::State& state, const char* name) {
    const std::string question = text_of(name);
    for (auto _ : state) {
        benchmark::DoNotOptimize(need(parse_case_document(question)));
    }
}

void write(benchmark::State& state, const char* name) {
    const Translation answer = need(service().translate(need(parse_case_document(text_of(name)))));
    for (auto _ : state) {
        benchmark::DoNotOptimize(to_document(answer));
    }
}

/// The planner alone, with the placed guests in the ledger already.
void plan(benchmark::State& state, const char* name) {
    const TranslationInput input = need(parse_case_document(text_of(name)));
    CpuLedger ledger = need(CpuLedger::open(*input.host, input.options));
    for (const PlacedGuest& guest : input.placed) {
        const ImageMeta image = need(coerce_image(guest.image));
        const RealtimeRequest request = need(numa_request({.flavor = guest.flavor, .image = image}));
        const PinningPlan placed = need(plan_guest(request, ledger, input.options, input.limits));
        if (!ledger.charge(request, placed)) {
            std::abort();
        }
    }
    const ImageMeta image = need(coerce_image(input.image));
    const RealtimeRequest request = need(numa_request({.flavor = input.flavor, .image = image}));
    for (auto _ : state) {
        benchmark::DoNotOptimize(need(plan_guest(request, ledger, input.options, input.limits)));
    }
}

BENCHMARK_CAPTURE(flavor, small, "small");
BENCHMARK_CAPTURE(flavor, large, "large");
BENCHMARK_CAPTURE(flavor, crowded, "crowded");
BENCHMARK_CAPTURE(document, small, "small");
BENCHMARK_CAPTURE(document, large, "large");
BENCHMARK_CAPTURE(document, crowded, "crowded");
BENCHMARK_CAPTURE(plan, crowded, "crowded");
BENCHMARK_CAPTURE(read, small, "small");
BENCHMARK_CAPTURE(read, large, "large");
BENCHMARK_CAPTURE(write, small, "small");
BENCHMARK_CAPTURE(write, large, "large");

} // namespace
} // namespace nova_rt

BENCHMARK_MAIN();
