//===- TestProgram.cpp - A program that runs self tests -------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/CInterface/TestProgram.h"
#include "nascent/CInterface/Declarations.h"
#include "nascent/Support/CName.h"
#include <fmt/format.h>

using namespace mlir;

namespace nascent {

static constexpr llvm::StringLiteral kReport = R"(
#include <stdio.h>

/* Tells of a network's self test; whether all elements are as expected. */
static int report(const char *network, int32_t failures,
                  const nascent_self_test *worst) {
  printf("%s: %s; worst is output %ld of forward function %ld at %ld: %.9g, "
         "expected %.9g, bound %.3g\n",
         network, failures == 0 ? "passed" : "FAILED", (long)worst->output,
         (long)worst->entry, (long)worst->element, (double)worst->actual,
         (double)worst->expected, (double)worst->bound);
  if (failures != 0)
    printf("%s: %ld elements are not within their bounds\n", network,
           (long)failures);
  return failures == 0;
}
)";

void writeTestProgram(ArrayRef<NetworkInterface> interfaces,
                      const HeaderOrigin &origin, llvm::raw_ostream &os) {
  writeHeader(interfaces, origin, os);
  os << kReport;
  std::string calls;
  for (const NetworkInterface &network : interfaces) {
    std::string net = mangle(network.name), upper = mangleUpper(network.name);
    bool hasWeights = network.weights != nullptr;
    // Floats, because buffers are to be aligned to 4 bytes at least.
    if (!hasWeights)
      os << fmt::format(
          "\nstatic float {}_buffer[({}_PARAMETERS_BYTES + 3) / 4];", net,
          upper);
    os << fmt::format(
        R"(
static float {0}_workspace[({1}_SELF_TEST_BYTES + 3) / 4];

static int test_{0}(void) {{
  nascent_self_test worst;
  int32_t failures;
{2}  failures = {0}_self_test({3}, (unsigned char *){0}_workspace, &worst);
  return report("{0}", failures, &worst);
}}
)",
        net, upper,
        hasWeights ? "" : fmt::format("  {0}_init({0}_buffer, 0);\n", net),
        net + (hasWeights ? "_weights" : "_buffer"));
    calls += fmt::format("  passed &= test_{}();\n", net);
  }
  os << fmt::format(R"(
int main(void) {{
  int passed = 1;
{}  if (fflush(stdout) != 0)
    return 1;
  return !passed;
}}
)",
                    calls);
}

} // namespace nascent
