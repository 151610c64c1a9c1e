# How every library and tool of the project is built: against LLVM and MLIR, with
# warnings as errors, and with the headers of others as system headers so that only
# our own code is held to that.

add_library(nascent_warnings INTERFACE)
target_compile_options(nascent_warnings INTERFACE
  -Wall -Wextra -Werror -Wno-unused-parameter
  # Optimising code inlined from LLVM's headers makes GCC guess.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # GCC gives this one up, and says so, where several files are one unit.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-misleading-indentation>)
# As LLVM itself: nothing throws, and code for it takes time to make.
add_library(nascent_flags INTERFACE)
target_link_libraries(nascent_flags INTERFACE nascent_warnings)
target_compile_options(nascent_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_options(nascent_flags INTERFACE ${llvm_definitions})

# LLVM's linker takes a seventh of the time that GNU's does. Who names one gets it.
include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=lld NASCENT_HAS_LLD)
string(CONCAT flags "${CMAKE_CXX_FLAGS} ${CMAKE_EXE_LINKER_FLAGS} "
  "${CMAKE_SHARED_LINKER_FLAGS} ${CMAKE_MODULE_LINKER_FLAGS}")
if(NASCENT_HAS_LLD AND NOT CMAKE_LINKER_TYPE AND
   NOT flags MATCHES "-fuse-ld=|--ld-path=")
  add_link_options(-fuse-ld=lld)
endif()

# A tool that has LLVM and MLIR within starts in a third of the time: the two shared
# libraries have 300,000 addresses that every start has to fill in. For the same reason
# its own addresses are settled (-no-pie), and those in the C++ library, which LLVM's
# types refer to. Whatever else links to the project's libraries takes the shared ones,
# and so do tools with sanitizers.
file(GLOB mlir_archives ${LLVM_LIBRARY_DIR}/libMLIR*.a)
file(GLOB llvm_archives ${LLVM_LIBRARY_DIR}/libLLVM*.a)
if(mlir_archives AND llvm_archives AND UNIX AND NOT APPLE AND
   NOT CMAKE_CXX_FLAGS MATCHES "-fsanitize=")
  set(has_archives ON)
else()
  set(has_archives OFF)
endif()
option(NASCENT_STATIC_TOOLS "Have LLVM and MLIR within the tools" ${has_archives})
if(NASCENT_STATIC_TOOLS AND NOT (mlir_archives AND llvm_archives))
  message(FATAL_ERROR "${LLVM_LIBRARY_DIR} lacks libMLIR*.a or libLLVM*.a; install them, "
    "or use the shared libraries: -DNASCENT_STATIC_TOOLS=OFF")
endif()
list(JOIN mlir_archives "," mlir_archives)
list(JOIN llvm_archives "," llvm_archives)
add_library(nascent_archives INTERFACE)
target_link_libraries(nascent_archives INTERFACE
  $<LINK_GROUP:RESCAN,${mlir_archives},${llvm_archives}>
  ZLIB::ZLIB zstd::libzstd_shared ${CMAKE_DL_LIBS})
target_link_options(nascent_archives INTERFACE
  -no-pie -static-libstdc++ -Wl,--gc-sections)
add_library(nascent_mlir INTERFACE)
set(is_static $<BOOL:$<TARGET_PROPERTY:NASCENT_STATIC>>)
target_link_libraries(nascent_mlir INTERFACE
  $<IF:${is_static},nascent_archives,MLIR> $<$<NOT:${is_static}>:LLVM>)

# Clang's check of a called function's type reads what lies before the function, which
# code that is compiled in memory does not have; GCC has no such check.
if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=[^ ]*undefined")
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fno-sanitize=function>)
endif()

# Precompiled headers are read in a moment, where MLIR's and those of our dialect would
# take seconds a unit. GCC's are slow and have gigabytes; with either's, a launcher such
# as ccache would keep nothing.
function(nascent_precompile_headers name)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR CMAKE_CXX_COMPILER_LAUNCHER)
    return()
  elseif(NOT name STREQUAL "NascentNN")
    target_precompile_headers(${name} REUSE_FROM NascentNN)
    return()
  endif()
  target_precompile_headers(${name} PRIVATE
    <nascent/Dialect/NN/IR/NNOps.h>
    <mlir/Dialect/Arith/IR/Arith.h>
    <mlir/Dialect/Bufferization/IR/Bufferization.h>
    <mlir/Dialect/Func/IR/FuncOps.h>
    <mlir/Dialect/LLVMIR/LLVMDialect.h>
    <mlir/Dialect/Linalg/IR/Linalg.h>
    <mlir/Dialect/Math/IR/Math.h>
    <mlir/Dialect/MemRef/IR/MemRef.h>
    <mlir/Dialect/SCF/IR/SCF.h>
    <mlir/Dialect/Tensor/IR/Tensor.h>
    <mlir/Dialect/Vector/IR/VectorOps.h>
    <mlir/IR/DialectImplementation.h>
    <mlir/IR/IRMapping.h>
    <mlir/IR/ImplicitLocOpBuilder.h>
    <mlir/IR/Matchers.h>
    <mlir/IR/TypeUtilities.h>
    <mlir/Pass/PassManager.h>
    <mlir/Transforms/DialectConversion.h>
    <mlir/Transforms/GreedyPatternRewriteDriver.h>
    <llvm/ADT/MapVector.h>
    <llvm/ADT/StringExtras.h>
    <llvm/ADT/StringSet.h>
    <llvm/ADT/TypeSwitch.h>
    <llvm/Support/CommandLine.h>
    <llvm/Support/Error.h>
    <llvm/Support/FileSystem.h>
    <llvm/Support/MathExtras.h>
    <llvm/Support/Path.h>
    <fmt/format.h>
    <fmt/ranges.h>)
endfunction()

# nascent_add_library(<name> <sources>... [WITHOUT_MLIR] [DEPENDS <tablegen targets>...]
#                     [LINK <libraries>...])
function(nascent_add_library name)
  cmake_parse_arguments(ARG "WITHOUT_MLIR" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(Nascent::${name} ALIAS ${name})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(${name} SYSTEM PUBLIC
    ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK}
    $<BUILD_INTERFACE:nascent_mlir> $<INSTALL_INTERFACE:MLIR> $<INSTALL_INTERFACE:LLVM>
    fmt::fmt
    PRIVATE $<BUILD_INTERFACE:nascent_flags>)
  if(NOT ARG_WITHOUT_MLIR)
    nascent_precompile_headers(${name})
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
  install(TARGETS ${name} EXPORT NascentTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# nascent_add_tool(<name> <sources>... [LINK <libraries>...])
function(nascent_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} nascent_flags)
  set_target_properties(${name} PROPERTIES NASCENT_STATIC ${NASCENT_STATIC_TOOLS})
  nascent_precompile_headers(${name})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
