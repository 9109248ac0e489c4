// Whatever is asked in whatever notation: what is written is read back as the same.

#include "domainxml/domain_augmenter.hpp"
#include "domainxml/domain_reader.hpp"
#include "support/document_promises.hpp"
#include "support/file_text.hpp"
#include "support/text_promises.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace nova_rt {
namespace {

using nlohmann::json;
using rc::gen::element;
using rc::gen::inRange;

std::string any_text(const std::string& alphabet, int longest) {
    std::string text;
    for (int left = *inRange(0, longest); left > 0; --left) {
        text += alphabet[*inRange<std::size_t>(0, alphabet.size())];
    }
    return text;
}

CpuSet any_cpus() {
    CpuSet cpus;
    const unsigned most = *element(4U, 64U, 257U, 1024U, CpuSet::kMaxCpus);
    for (int left = *inRange(0, 8); left > 0; --left) {
        const unsigned first = *inRange(0U, most);
        cpus.add_range(first, *inRange(first, most));
    }
    return cpus;
}

RC_GTEST_PROP(CpuNotations, AreReadBack, ()) {
    const CpuSet cpus = any_cpus();
    RC_ASSERT(test::broken_by_cpu_text(cpus.to_cpulist()).empty());
    RC_ASSERT(test::broken_by_cpu_text(cpus.to_mask()).empty());
    const CpuSet without = any_cpus();
    std::string spec = cpus.to_cpulist();
    for (const unsigned cpu : without) {
        spec += ",^" + std::to_string(cpu);
        if (spec.size() > CpuSet::kMaxTextBytes / 2) {
            return;
        }
    }
    const auto read = CpuSet::from_nova_spec(spec);
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == cpus - without);
}

RC_GTEST_PROP(CpuNotations, AreSafeOnAnyText, ()) {
    const std::string text = any_text("0123456789-,^ fx_+\n", 40);
    const std::string broken = test::broken_by_cpu_text(text);
    if (!broken.empty()) {
        RC_FAIL(broken + ": " + text);
    }
}

RC_GTEST_PROP(Sizes, AreReadBack, ()) {
    const std::string text = any_text("0123456789._+- ", 12) +
                             *element<std::string>("", "B", "KB", "MiB", "Gb", "Tbit", "large", "e3", "kB");
    const std::string broken = test::broken_by_size_text(text);
    if (!broken.empty()) {
        RC_FAIL(broken + ": " + text);
    }
}

const std::vector<json>& recorded_cases() {
    static const std::vector<json> kCases =
        json::parse(test::source_file_text("tests/nova_compat/cases.json"));
    return kCases;
}

const TranslationService& service() {
    static const TranslationService kService = *TranslationService::create(
        {.domain_template = test::source_file_text("xml-templates/realtime-guest.xml")});
    return kService;
}

/// A recorded case with parts of others: its host, options and placed guests from one, its flavor from
/// another.
json any_case() {
    const auto& cases = recorded_cases();
    const auto pick = [&] { return cases[*inRange<std::size_t>(0, cases.size())]; };
    json question = pick();
    const json other = pick();
    if (*inRange(0, 2) == 1) {
        question["flavor"] = other["flavor"];
    }
    if (*inRange(0, 3) == 0) {
        question["flavor"]["vcpus"] = *inRange(1, 17);
    }
    for (const char* part : {"conf", "vifs", "placed", "image"}) {
        if (*inRange(0, 5) == 0 && other.contains(part)) {
            question[part] = other[part];
        }
    }
    return question;
}

RC_GTEST_PROP(Answers, KeepTheirPromises, ()) {
    const std::string question = any_case().dump();
    const std::string broken = test::broken_by_case_document(question, service());
    if (!broken.empty()) {
        RC_FAIL(broken + ": " + question);
    }
}

RC_GTEST_PROP(Documents, AreReadBack, ()) {
    const json question = any_case();
    RC_ASSERT(test::broken_by_flavor_document(question["flavor"].dump()).empty());
    if (question.contains("host")) {
        RC_ASSERT(test::broken_by_host_document(question["host"].dump()).empty());
    }
}

RC_GTEST_PROP(Augmenting, TwiceIsOnceAndKeepsPins, ()) {
    const auto answer = service().translate_document(any_case().dump());
    RC_PRE(answer.has_value());
    const json document = json::parse(*answer);
    RC_PRE(document.contains("xml"));
    const std::string xml = document["xml"];
    Flavor flavor;
    flavor.extra_specs = {{"rt:iothreads", std::to_string(*inRange(1, 4))},
                          {"rt:emulator_priority", std::to_string(*inRange(1, 90))}};
    if (!document["sched"].empty()) {
        flavor.extra_specs["rt:vcpu_priority"] = std::to_string(*inRange(1, 90));
    }
    const AugmentOptions options{.flavor = flavor, .caches = std::nullopt};
    const auto once = augment_domain(xml, options);
    RC_ASSERT(once.has_value());
    RC_PRE(once->has_value()); // some keys are refused for some guests
    const std::string augmented = (*once)->xml;
    const auto twice = augment_domain(augmented, options);
    RC_ASSERT(twice.has_value());
    RC_ASSERT(twice->has_value());
    RC_ASSERT((*twice)->xml == augmented);
    const auto before = read_guest_domain(xml);
    const auto after = read_guest_domain(augmented);
    RC_ASSERT(before.has_value());
    RC_ASSERT(after.has_value());
    RC_ASSERT(before->vcpu_pins == after->vcpu_pins);
    RC_ASSERT(before->realtime_vcpus() == after->realtime_vcpus());
}

/// Most recorded cases end in XML, so the properties above are about something.
TEST(Answers, MostlyHaveXml) {
    std::size_t with_xml = 0;
    for (const json& question : recorded_cases()) {
        const auto answer = service().translate_document(question.dump());
        with_xml += answer && json::parse(*answer).contains("xml") ? 1U : 0U;
    }
    EXPECT_GT(with_xml * 3, recorded_cases().size());
}

} // namespace
} // namespace nova_rt
