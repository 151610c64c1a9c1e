/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

#include <array>
#include <cstddef>
#include <cstdint>
#if __cplusplus >= 202002L
#include <span>
#endif
#if __has_include("nascent_safetensors.h")
#include "nascent_safetensors.h"
#endif

#ifndef NASCENT_SPAN
#define NASCENT_SPAN
namespace nascent::detail {
/* Size elements of the caller's: an array, or a std::array or std::span of that
   size; of a pointer only where the type is written. */
template <typename T, std::size_t Size> class Span {
public:
  constexpr Span(T (&elements)[Size]) noexcept : first(elements) {}
  template <std::size_t Other> Span(T (&elements)[Other]) = delete;
  template <typename U>
  constexpr Span(std::array<U, Size> &elements) noexcept
      : first(elements.data()) {}
  template <typename U>
  constexpr Span(const std::array<U, Size> &elements) noexcept
      : first(elements.data()) {}
#ifdef __cpp_lib_span
  template <typename U>
  constexpr Span(std::span<U, Size> elements) noexcept
      : first(elements.data()) {}
#endif
  constexpr explicit Span(T *first) noexcept : first(first) {}

  constexpr T *data() const noexcept { return first; }
  static constexpr std::size_t size() noexcept { return Size; }

private:
  T *first;
};
} // namespace nascent::detail
#endif
