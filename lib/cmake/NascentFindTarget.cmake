# What CMake builds for, in the words of nascent-compile.

# nascent_compiler_command(<result>)
#
# The compiler of the project's C, or else C++, with the flags of the caller's
# folder; empty without such a language.
function(nascent_compiler_command result)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  set(command)
  foreach(language CXX C)
    if(language IN_LIST languages)
      string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
      separate_arguments(flags NATIVE_COMMAND
        "${CMAKE_${language}_COMPILER_ARG1} ${CMAKE_${language}_FLAGS} ${CMAKE_${language}_FLAGS_${type}}")
      set(command ${CMAKE_${language}_COMPILER})
      if(CMAKE_${language}_COMPILER_TARGET)
        list(APPEND command --target=${CMAKE_${language}_COMPILER_TARGET})
      endif()
      list(APPEND command ${flags})
    endif()
  endforeach()
  if(command)
    get_directory_property(options COMPILE_OPTIONS)
    list(FILTER options EXCLUDE REGEX "\\$<")
    list(APPEND command ${options})
  endif()
  set(${result} ${command} PARENT_SCOPE)
endfunction()

# nascent_find_triple(<network> <result>)
#
# The triple that the compiler states. A wrong one would make objects that
# cannot be linked, or worse can be: where it is not certain, it is an error. If
# nothing states one and nothing says that it is not the host's, the result is
# empty.
function(nascent_find_triple network result)
  nascent_compiler_command(compiler)
  set(triple)
  if(compiler)
    # GCC and Clang know this option.
    execute_process(COMMAND ${compiler} -dumpmachine
      OUTPUT_VARIABLE triple OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT triple MATCHES "^[A-Za-z0-9_.]+(-[A-Za-z0-9_.]+)+$")
      set(triple)
    endif()
  endif()
  # GCC and Clang state the same triple with and without this flag.
  if(triple MATCHES "^(arm|thumb).*eabi$" AND "-mfloat-abi=hard" IN_LIST compiler)
    string(APPEND triple hf)
  endif()
  set(advice "say it with TRIPLE, for example TRIPLE aarch64-linux-gnu")
  if(CMAKE_CROSSCOMPILING AND NOT triple)
    message(FATAL_ERROR
      "nascent_add_network(${network}): this is a build for another machine, "
      "but the project has no C or C++ compiler that tells which by "
      "-dumpmachine; ${advice}")
  endif()
  # GCC states the same triple with and without -m32.
  if(triple MATCHES "^[^-]*(64|s390x|v9)" OR triple MATCHES "^ve-")
    set(bytes 8)
  else()
    set(bytes 4)
  endif()
  if(triple AND CMAKE_SIZEOF_VOID_P AND NOT bytes EQUAL CMAKE_SIZEOF_VOID_P)
    message(FATAL_ERROR
      "nascent_add_network(${network}): the compiler states the triple "
      "${triple}, but its pointers have ${CMAKE_SIZEOF_VOID_P} bytes; ${advice}")
  endif()
  set(${result} ${triple} PARENT_SCOPE)
endfunction()

# nascent_find_processor(<triple> <result>)
#
# The processor of the flag -march on x86 and -mcpu elsewhere, without what is
# added to it by "+". Without such a flag it is the generic one in a build for
# another machine, and otherwise empty, which is the host's.
function(nascent_find_processor triple result)
  nascent_compiler_command(compiler)
  set(flag -mcpu)
  if(triple MATCHES "^(x86_64|amd64|i[3-7]86)")
    set(flag -march)
  endif()
  set(processor)
  if(CMAKE_CROSSCOMPILING)
    set(processor generic)
  endif()
  foreach(argument IN LISTS compiler)
    if(argument MATCHES "^${flag}=([^+]+)")
      set(processor ${CMAKE_MATCH_1})
    endif()
  endforeach()
  set(${result} ${processor} PARENT_SCOPE)
endfunction()
