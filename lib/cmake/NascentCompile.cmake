# nascent_add_network(<target> <model.mlir> [THREADS none|steps|openmp]
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
function(nascent_add_network target model)
  cmake_parse_arguments(ARG "" "THREADS" "" ${ARGN})
  set(options ${ARG_UNPARSED_ARGUMENTS})
  if(ARG_THREADS)
    list(APPEND options --threads=${ARG_THREADS})
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${target}.nascent)
  set(object ${folder}/${target}.o)
  get_filename_component(model ${model} ABSOLUTE)
  file(MAKE_DIRECTORY ${folder})
  # What else the networks are made of: files of tensors among the options.
  set(files)
  foreach(option IN LISTS options)
    if(option MATCHES "([^=@]+[.](safetensors|npz|npy))$")
      get_filename_component(file ${CMAKE_MATCH_1} ABSOLUTE)
      list(APPEND files ${file})
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
    find_library(NASCENT_OPENMP_LIBRARY omp HINTS ${LLVM_LIBRARY_DIRS} REQUIRED)
    target_link_libraries(${target} INTERFACE ${NASCENT_OPENMP_LIBRARY})
  endif()
  target_include_directories(${target} INTERFACE ${folder})
  add_dependencies(${target} ${target}.compile)
endfunction()
