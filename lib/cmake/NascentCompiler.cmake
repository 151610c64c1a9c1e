# Included before project(): takes Clang where it is installed and no compiler is
# asked for, since it needs a third of the time that GCC does.

string(CONCAT asked
  "${CMAKE_C_COMPILER}${CMAKE_CXX_COMPILER}${CMAKE_TOOLCHAIN_FILE}"
  "$ENV{CC}$ENV{CXX}$ENV{CMAKE_TOOLCHAIN_FILE}")
find_program(NASCENT_CLANG clang-22)
find_program(NASCENT_CLANGXX clang++-22)
mark_as_advanced(NASCENT_CLANG NASCENT_CLANGXX)
if(asked)
  set(reason "as asked for, or as when the folder was new")
elseif(NASCENT_CLANG AND NASCENT_CLANGXX)
  set(reason "since it builds faster than GCC")
  set(CMAKE_C_COMPILER ${NASCENT_CLANG} CACHE FILEPATH "C compiler")
  set(CMAKE_CXX_COMPILER ${NASCENT_CLANGXX} CACHE FILEPATH "C++ compiler")
else()
  set(reason "CMake's choice, since there is no clang++-22")
endif()

# Called after project(): says which compiler it is. CC and CXX count in a new folder
# only.
function(nascent_report_compiler)
  message(STATUS "Compiler: ${CMAKE_CXX_COMPILER}, ${reason}")
  set(variables CC CXX)
  set(languages C CXX)
  foreach(variable language IN ZIP_LISTS variables languages)
    separate_arguments(command UNIX_COMMAND "$ENV{${variable}}")
    list(POP_FRONT command program)
    unset(named)
    find_program(named NAMES "${program}" NO_CACHE)
    file(REAL_PATH "${named}" named)
    file(REAL_PATH "${CMAKE_${language}_COMPILER}" used)
    if(program AND NOT named STREQUAL used)
      message(WARNING "${variable} is ${program}, but this folder is configured with "
        "${CMAKE_${language}_COMPILER}; another compiler needs a new folder, or --fresh")
    endif()
  endforeach()
endfunction()
