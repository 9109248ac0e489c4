# Compiler settings and the functions every directory uses to declare its target.

option(NOVA_RT_BUILD_TESTS "Build the tests" ON)
option(NOVA_RT_BUILD_BENCHMARKS "Build the benchmarks" OFF)
option(NOVA_RT_BUILD_FUZZERS "Build the libFuzzer targets (needs clang)" OFF)
option(NOVA_RT_HARDEN "Hardening flags for shipped binaries" OFF)
set(NOVA_RT_SANITIZE "" CACHE STRING "Value of -fsanitize=, empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
    set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(nova_rt_flags INTERFACE)
add_library(nova_rt::flags ALIAS nova_rt_flags)
target_compile_options(nova_rt_flags INTERFACE
    -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual
    -Wformat=2 -Wimplicit-fallthrough -Wundef
    # Designated initialisers leave the rest at its default on purpose.
    -Wno-missing-field-initializers
    $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast -Wnon-virtual-dtor -Woverloaded-virtual>
    # -Wrestrict: GCC 12 warns of every "literal" + std::string when it optimises (GCC bug 105651).
    $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wno-restrict>
    # -Wdeprecated-declarations: clang warns of what libstdc++ 12 itself uses in std::ranges::stable_sort.
    $<$<CXX_COMPILER_ID:Clang>:-Wno-unknown-warning-option -Wno-deprecated-declarations>)
target_include_directories(nova_rt_flags INTERFACE "${PROJECT_SOURCE_DIR}/agent")

if(NOVA_RT_SANITIZE)
    target_compile_options(nova_rt_flags INTERFACE
        -fsanitize=${NOVA_RT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(nova_rt_flags INTERFACE -fsanitize=${NOVA_RT_SANITIZE})
endif()

if(NOVA_RT_HARDEN)
    target_compile_options(nova_rt_flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection
        -fcf-protection)
    target_link_options(nova_rt_flags INTERFACE -Wl,-z,relro,-z,now)
endif()

# nova_rt_library(<name> SOURCES ... [PUBLIC deps...] [PRIVATE deps...] [INTERNAL headers...])
# One static library per directory. Internal headers need a private dependency: only its own sources include them. Includes are written from agent/: "base/cpu_set.hpp".
function(nova_rt_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE;INTERNAL" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    add_library(nova_rt::${name} ALIAS ${name})
    target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE nova_rt::flags ${ARG_PRIVATE})
    file(GLOB headers CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.hpp")
    list(TRANSFORM ARG_INTERNAL PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
    list(REMOVE_ITEM headers ${ARG_INTERNAL})
    target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/agent" FILES ${headers})
endfunction()

# The tests that run under AddressSanitizer by default: everything below the network, libvirt and the programs.
add_custom_target(lower_layer_tests)

# nova_rt_test(<name> LABEL <label> SOURCES ... [LINK libs...] [TIMEOUT seconds])
function(nova_rt_test name)
    cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 60)
    endif()
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE nova_rt::flags ${ARG_LINK} GTest::gmock GTest::gtest_main)
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
    target_compile_definitions(${name} PRIVATE
        NOVA_RT_SOURCE_DIR="${PROJECT_SOURCE_DIR}" NOVA_RT_BINARY_DIR="${PROJECT_BINARY_DIR}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    if(ARG_LABEL MATCHES "^(unit|fault)$" AND NOT name MATCHES "^unit_(rest|libvirt|metrics|api|daemon|cli)")
        add_dependencies(lower_layer_tests ${name})
    endif()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${name}."
        PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()
