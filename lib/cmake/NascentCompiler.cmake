# Included before project(): Clang takes a third of GCC's time for the project, so it
# is taken where it is installed and nobody has chosen a compiler.

set(choices
  "$CACHE{CMAKE_C_COMPILER}" "$CACHE{CMAKE_CXX_COMPILER}" "$CACHE{CMAKE_TOOLCHAIN_FILE}"
  "$ENV{CC}" "$ENV{CXX}" "$ENV{CMAKE_TOOLCHAIN_FILE}")
list(JOIN choices "" choices)
if(choices STREQUAL "")
  find_program(NASCENT_CLANG clang-22)
  find_program(NASCENT_CLANGXX clang++-22)
  mark_as_advanced(NASCENT_CLANG NASCENT_CLANGXX)
  if(NASCENT_CLANG AND NASCENT_CLANGXX)
    set(CMAKE_C_COMPILER ${NASCENT_CLANG})
    set(CMAKE_CXX_COMPILER ${NASCENT_CLANGXX})
    message(STATUS "Compiler: ${NASCENT_CLANGXX}, which builds faster than GCC; CXX=g++ CC=gcc choose otherwise")
  else()
    message(STATUS "Compiler: CMake's own choice; clang-22 would build faster, but is not installed")
  endif()
endif()
