# How every library and tool of the project is built: against the shared LLVM
# and MLIR, with warnings as errors, and with the headers of others as system
# headers so that only our own code is held to that.

add_library(nascent_flags INTERFACE)
target_compile_options(nascent_flags INTERFACE
  -Wall -Wextra -Werror -Wno-unused-parameter
  # Optimising code inlined from LLVM's headers makes GCC guess.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  # GCC gives this one up, and says so, where several files are one unit.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-misleading-indentation>)
separate_arguments(llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_options(nascent_flags INTERFACE ${llvm_definitions})

# nascent_add_library(<name> <sources>... [DEPENDS <tablegen targets>...]
#                     [LINK <libraries>...])
function(nascent_add_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(Nascent::${name} ALIAS ${name})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_include_directories(${name} SYSTEM PUBLIC
    ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
  target_link_libraries(${name} PUBLIC ${ARG_LINK} MLIR LLVM fmt::fmt
    PRIVATE $<BUILD_INTERFACE:nascent_flags>)
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
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()
