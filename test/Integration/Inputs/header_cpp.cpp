// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Computes the networks of header_cpp.mlir and header_cpp_open.mlir through
// their C++ headers, and prints what header_cpp.py compares.
//
//   header_cpp WEIGHTS-OF-MLP.safetensors

#include "nets.hpp"

#include "lines.hpp"
#include "trained.hpp"

#include <cstdio>
#include <cstring>
#include <type_traits>

using namespace nascent;

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      std::fprintf(stderr, "%d: %s\n", __LINE__, #condition);                  \
      return 1;                                                                \
    }                                                                          \
  } while (false)

// What is known is known at compile time.
static_assert(mlp::one_x_size == 8 && mlp::one_y_size == 16);
static_assert(mlp::one_x_shape[0] == 2 && mlp::one_x_shape.size() == 2);
static_assert(mlp::any_x_shape[0] == -1 && mlp::any_x_size(3) == 12);
static_assert(mlp::one_steps > 0);
static_assert(mlp::parameter_names.size() == MLP_PARAMETER_COUNT);
static_assert(mlp::parameter_sizes[MLP_0_WEIGHT] == 32);
static_assert(lines::x_size(2, 9) == 18 && lines::y_size(1, 9) == 14);
static_assert(alignof(mlp::Parameters) == mlp::alignment);
static_assert(sizeof(mlp::Scratch) >= mlp::one_scratch_bytes);
static_assert(forward::parameter_names.empty());
// A buffer of another size, or of which nobody knows the size, is an error.
static_assert(std::is_constructible_v<mlp::Input_one, float (&)[8]>);
static_assert(!std::is_constructible_v<mlp::Input_one, float (&)[7]>);
static_assert(!std::is_convertible_v<float *, mlp::Input_one>);
static_assert(!std::is_constructible_v<mlp::Output_one, const float (&)[16]>);

template <std::size_t N>
static void fill(float (&values)[N], int from = 0) {
  for (std::size_t i = 0; i < N; ++i)
    values[i] = static_cast<float>((static_cast<int>(i) + from) % 7 - 3) / 4;
}

static void print(const char *name, const float *values, std::size_t count) {
  std::printf("%s", name);
  for (std::size_t i = 0; i < count; ++i)
    std::printf(" %.9g", static_cast<double>(values[i]));
  std::puts("");
}

alignas(64) static unsigned char file[4096];
alignas(64) static unsigned char buffer[mlp::parameters_bytes];
static mlp::Network held;

static int computeMlp(const char *path) {
  std::FILE *stream = std::fopen(path, "rb");
  CHECK(stream);
  std::size_t size = std::fread(file, 1, sizeof file, stream);
  std::fclose(stream);
  char error[200];
  CHECK(!held.parameters.load(file, size - 1, error, sizeof error));
  CHECK(std::strlen(error) != 0);
  CHECK(held.parameters.load(file, size, error, sizeof error));

  float x[mlp::one_x_size], y[mlp::one_y_size];
  fill(x);
  held.forward_one(x, y);
  print("mlp", y, mlp::one_y_size);

  // The same by rows, by steps, by arrays, on buffers of the caller's.
  std::array<float, mlp::one_y_size> z;
  held.forward_any(x, 2, z.data());
  CHECK(std::memcmp(z.data(), y, sizeof y) == 0);
  mlp::Parameters &other = mlp::parameters_at(buffer);
  other = held.parameters;
  mlp::Scratch scratch;
  for (std::int32_t step = 0; step < mlp::one_steps; ++step)
    for (std::int32_t part : {1, 0})
      mlp::forward_one_step(other, x, z, scratch, step, part, 2);
  CHECK(std::memcmp(z.data(), y, sizeof y) == 0);
  held.forward_one(mlp::Input_one(static_cast<const float *>(x)), z);
  CHECK(std::memcmp(z.data(), y, sizeof y) == 0);
#ifdef __cpp_lib_span
  mlp::forward_one(other, std::span(x), std::span(z), scratch);
  CHECK(std::memcmp(z.data(), y, sizeof y) == 0);
#endif

  // What the object has embedded is what the file holds.
  static trained::Network fixed;
  std::memset(z.data(), 0, sizeof y);
  fixed.forward(x, z);
  CHECK(std::memcmp(z.data(), y, sizeof y) == 0);
  return 0;
}

static int accessParameters() {
  static mlp::Network net(42);
  static mlp::Parameters again;
  again.init(42);
  constexpr std::uint32_t bias = MLP_2_BIAS;
  float values[mlp::parameter_sizes[bias]], others[8] = {5, 6};
  CHECK(std::strcmp(mlp::parameter_names[bias], "2.bias") == 0);
  CHECK(mlp::Parameters::find("4.bias") == bias);
  CHECK(mlp::Parameters::find("none") == -1);
  CHECK(net.parameters.get(bias, values) && again.get(bias, others));
  CHECK(std::memcmp(values, others, sizeof values) == 0 && values[0] != 0);
  values[7] = 3;
  CHECK(net.parameters.set(bias, values));
  CHECK(net.parameters.get_range(bias, 7, 1, others) && others[0] == 3);
  CHECK(net.parameters.set_range(bias, 6, 1, others));
  CHECK(net.parameters.get(bias, others) && others[6] == 3);
  CHECK(again.init_rows(bias, 0, 8, 43));
  CHECK(again.get(bias, others) && others[0] != values[0]);
  CHECK(!net.parameters.get(MLP_PARAMETER_COUNT, values));
  CHECK(!net.parameters.set_range(bias, 8, 1, values));
  return 0;
}

static int computeOthers() {
  static two::Network net(7);
  float a[12], b[12], sums[12], y[9];
  float weight[two::parameter_sizes[TWO_1_WEIGHT]], bias[3];
  CHECK(net.parameters.get(TWO_1_WEIGHT, weight));
  CHECK(net.parameters.get(TWO_1_BIAS, bias));
  fill(a);
  fill(b, 3);
  net.forward(a, b, 3, sums, y);
  print("two.weight", weight, 12);
  print("two.bias", bias, 3);
  print("two.sums", sums, 12);
  print("two", y, 9);

  static words::Network table(7);
  std::int32_t indices[6] = {4, 0, 1, 1, 3, 2};
  float rows[words::y_size], entries[20];
  CHECK(table.parameters.get(WORDS_0_WEIGHT, entries));
  CHECK(table.forward(indices, rows));
  print("words.weight", entries, 20);
  print("words", rows, words::y_size);
  indices[2] = 5;
  CHECK(!table.forward(indices, rows));

  static lines::Network line(7);
  alignas(64) static unsigned char scratch[4096];
  float x[18], z[28], kernel[6], offset[2];
  CHECK(lines::scratch_bytes(2, 9) >= 0 && lines::scratch_bytes(2, 9) <= 4096);
  CHECK(lines::scratch_bytes(2, 2) == -1);
  CHECK(line.parameters.get(LINES_0_WEIGHT, kernel));
  CHECK(line.parameters.get(LINES_0_BIAS, offset));
  fill(x);
  CHECK(line.forward(x, 2, 9, z, scratch));
  print("lines.weight", kernel, 6);
  print("lines.bias", offset, 2);
  print("lines", z, lines::y_size(2, 9));
  CHECK(!line.forward(x, 2, 2, z, scratch));

  static forward::Network none;
  float t[12];
  none.forward(a, t);
  print("forward", t, 12);
  return 0;
}

int main(int argc, char **argv) {
  return argc != 2 || computeMlp(argv[1]) || accessParameters() ||
         computeOthers();
}
