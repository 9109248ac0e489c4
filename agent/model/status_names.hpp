// The names that enumerations have in documents, messages and metrics: one table per enumeration.
#pragma once

#include "model/status.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace nova_rt {

template <typename Enum, std::size_t Size>
using NameTable = std::array<std::pair<Enum, std::string_view>, Size>;

inline constexpr NameTable<CheckState, 3> kCheckStateNames{
    {{CheckState::Pass, "pass"}, {CheckState::Warn, "warn"}, {CheckState::Fail, "fail"}}};

/// How grave a finding is, in the words of findings.
inline constexpr NameTable<CheckState, 3> kSeverityNames{
    {{CheckState::Pass, "info"}, {CheckState::Warn, "warning"}, {CheckState::Fail, "error"}}};

inline constexpr NameTable<CpuClass, 6> kCpuClassNames{{{CpuClass::Housekeeping, "housekeeping"},
                                                        {CpuClass::Shared, "shared"},
                                                        {CpuClass::Dedicated, "dedicated"},
                                                        {CpuClass::Realtime, "realtime"},
                                                        {CpuClass::Pmd, "pmd"},
                                                        {CpuClass::Other, "other"}}};

inline constexpr NameTable<DomainState, 8> kDomainStateNames{{{DomainState::NoState, "no_state"},
                                                              {DomainState::Running, "running"},
                                                              {DomainState::Blocked, "blocked"},
                                                              {DomainState::Paused, "paused"},
                                                              {DomainState::ShuttingDown, "shutting_down"},
                                                              {DomainState::ShutOff, "shut_off"},
                                                              {DomainState::Crashed, "crashed"},
                                                              {DomainState::Suspended, "suspended"}}};

inline constexpr NameTable<ThreadRole, 5> kThreadRoleNames{{{ThreadRole::Vcpu, "vcpu"},
                                                            {ThreadRole::Emulator, "emulator"},
                                                            {ThreadRole::IoThread, "iothread"},
                                                            {ThreadRole::Vhost, "vhost"},
                                                            {ThreadRole::KernelHelper, "kernel_helper"}}};

inline constexpr NameTable<LeaseStage, 2> kLeaseStageNames{
    {{LeaseStage::Prepared, "prepared"}, {LeaseStage::Started, "started"}}};

inline constexpr NameTable<Grade, 4> kGradeNames{
    {{Grade::A, "A"}, {Grade::B, "B"}, {Grade::C, "C"}, {Grade::F, "F"}}};

inline constexpr NameTable<IsolationMode, 3> kIsolationModeNames{{{IsolationMode::Off, "off"},
                                                                  {IsolationMode::BestEffort, "best_effort"},
                                                                  {IsolationMode::Required, "required"}}};

inline constexpr NameTable<SchedulingPolicy, 6> kSchedulingPolicyNames{
    {{SchedulingPolicy::Other, "other"},
     {SchedulingPolicy::Fifo, "fifo"},
     {SchedulingPolicy::RoundRobin, "rr"},
     {SchedulingPolicy::Batch, "batch"},
     {SchedulingPolicy::Idle, "idle"},
     {SchedulingPolicy::Deadline, "deadline"}}};

/// The name of a value; "unknown" for one that no table row names.
template <typename Enum, std::size_t Size>
[[nodiscard]] constexpr std::string_view name_in(const NameTable<Enum, Size>& table, Enum value) {
    for (const auto& [candidate, name] : table) {
        if (candidate == value) {
            return name;
        }
    }
    return "unknown";
}

/// The value with a name; none for an unknown name.
template <typename Enum, std::size_t Size>
[[nodiscard]] constexpr std::optional<Enum> value_in(const NameTable<Enum, Size>& table,
                                                     std::string_view name) {
    for (const auto& [value, candidate] : table) {
        if (candidate == name) {
            return value;
        }
    }
    return std::nullopt;
}

} // namespace nova_rt
