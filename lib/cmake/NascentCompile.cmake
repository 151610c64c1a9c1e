include("${CMAKE_CURRENT_LIST_DIR}/NascentFindTarget.cmake")

# nascent_add_network(<target> <model.mlir> [THREADS none|steps|openmp]
#                     [TRIPLE <triple>] [CPU <processor>] [FEATURES <features>]
#                     [<nascent-compile option>...])
#
# Compiles the networks of a file and makes them a library <target>: linking to
# it gives the object, and the header as <target>.h. Files of tensors among the
# options are, like the model, relative to the caller's folder. For example
#
#   nascent_add_network(mlp mlp.mlir --bind mlp=?x20xf32)
#   target_link_libraries(program PRIVATE mlp)
#
# THREADS is what --threads is; with openmp, <target> links to LLVM's OpenMP.
# GCC's and others' lack what the object calls.
#
# TRIPLE, CPU and FEATURES, or the options --mtriple, --mcpu and --mattr, say
# what machine the networks are for. Without them it is the project's: the triple
# that its compiler states, and the processor of its flags.
function(nascent_add_network target model)
  set(keywords TRIPLE CPU FEATURES)
  set(compiler_options mtriple mcpu mattr)
  set(arguments "${ARGN}")
  foreach(option keyword IN ZIP_LISTS compiler_options keywords)
    string(REGEX REPLACE "(^|;)--?${option}[=;]" "\\1${keyword};"
           arguments "${arguments}")
  endforeach()
  cmake_parse_arguments(ARG "" "THREADS;${keywords}" "" ${arguments})
  set(options ${ARG_UNPARSED_ARGUMENTS})
  if(ARG_THREADS)
    list(APPEND options --threads=${ARG_THREADS})
  endif()
  if(NOT ARG_TRIPLE)
    nascent_find_triple(${target} ARG_TRIPLE)
  endif()
  if(NOT ARG_CPU)
    nascent_find_processor("${ARG_TRIPLE}" ARG_CPU)
  endif()
  foreach(option keyword IN ZIP_LISTS compiler_options keywords)
    if(ARG_${keyword})
      list(APPEND options --${option}=${ARG_${keyword}})
    endif()
  endforeach()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.nascent)
  set(object ${folder}/${target}.o)
  get_filename_component(model ${model} ABSOLUTE)
  file(MAKE_DIRECTORY ${folder})
  # What else the networks are made of: files of tensors among the options.
  set(files)
  foreach(option IN LISTS options)
    if(option MATCHES "[.](safetensors|npz|npy)$")
      # FILE or NETWORK=FILE; a file's name may have a "=", too. One that is not
      # there yet is made by the project.
      string(REGEX MATCH "^(--?[a-z]+=)?(.*)$" unused "${option}")
      set(file "${CMAKE_MATCH_2}")
      get_filename_component(path "${file}" ABSOLUTE)
      if(NOT EXISTS "${path}" AND file MATCHES "^[^=]*=@?(.+)$")
        get_filename_component(path "${CMAKE_MATCH_1}" ABSOLUTE)
      endif()
      list(APPEND files ${path})
    endif()
  endforeach()
  add_custom_command(
    OUTPUT ${object} ${folder}/${target}.h
    COMMAND ${NASCENT_COMPILE} ${model} ${options} -o ${object}
    DEPENDS ${model} ${files} ${NASCENT_COMPILE}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    COMMENT "Compiling the networks of ${model}"
    VERBATIM)
  add_custom_target(${target}.compile DEPENDS ${object} ${folder}/${target}.h)
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE ${object})
  if(ARG_THREADS STREQUAL "openmp")
    # The folder of the host's LLVM has the host's.
    if(NOT CMAKE_CROSSCOMPILING)
      set(hints HINTS ${NASCENT_LLVM_LIBRARY_DIR})
    endif()
    find_library(NASCENT_OPENMP_LIBRARY omp ${hints} REQUIRED)
    target_link_libraries(${target} INTERFACE ${NASCENT_OPENMP_LIBRARY})
  endif()
  target_include_directories(${target} INTERFACE ${folder})
  add_dependencies(${target} ${target}.compile)
endfunction()
