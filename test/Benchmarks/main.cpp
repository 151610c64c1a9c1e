//===- main.cpp - Our networks beside their peers -------------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   nascent-bench PART [--quick] [--only NAME]… [--networks TEXT]
//                 --out FOLDER --work FOLDER …
//
// Measures one part of those in Parts.cpp, parts of images also with `_avx2`
// behind, and writes PART.csv, PART-peak.csv and contestants.csv to
// FOLDER. Method: docs/Benchmarks.md.
//
//===----------------------------------------------------------------------===//

#include "Measure.h"
#include "Parts.h"
#include "Reference.h"
#include "Sequences.h"
#include "Training.h"
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <fmt/ostream.h>
#include <fstream>
#include <map>
#include <sched.h>
#include <unistd.h>

using namespace nascent::bench;

namespace {
struct Options {
  std::string part, out, networks;
  std::vector<std::string> only;
  bool quick = false;
  Settings settings;
};

struct Entry {
  const Contestant *contestant;
  std::unique_ptr<Runner> runner;
  Buffer y;
  double prepareNs = 0;
  double firstNs = 0;
  Measurement measured = {};
};
} // namespace

//===----------------------------------------------------------------------===//
// The process
//===----------------------------------------------------------------------===//

/// The processors that it may use, the last one first: the first ones get most
/// of a machine's interrupts.
static std::vector<int> findProcessors() {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0)
    fail("sched_getaffinity failed");
  std::vector<int> processors;
  for (int i = CPU_SETSIZE - 1; i >= 0; --i)
    if (CPU_ISSET(i, &allowed))
      processors.push_back(i);
  return processors;
}

/// OpenBLAS's name for processors with these vectors; empty without AVX-512. It
/// does not know processors that are newer than itself, and uses SSE on them.
static std::string coreType(bool avx2) {
  if (avx2)
    return "Haswell";
  if (__builtin_cpu_supports("avx512bf16"))
    return "Cooperlake";
  return __builtin_cpu_supports("avx512vl") ? "SkylakeX" : "";
}

/// Libraries read variables when they are loaded, some of which change what
/// they compute with. So the environment must be right before this program
/// starts: one thread, AVX2 if that is wanted, and nothing else but where
/// programs and files are.
static void restartWithOwnEnvironment(char **argv, bool avx2) {
  std::vector<std::string> wanted = {"OMP_NUM_THREADS=1",
                                     "OPENBLAS_NUM_THREADS=1"};
  if (avx2)
    wanted.insert(wanted.end(),
                  {"ATEN_CPU_CAPABILITY=avx2", "DNNL_MAX_CPU_ISA=AVX2"});
  if (std::string core = coreType(avx2); !core.empty())
    wanted.push_back("OPENBLAS_CORETYPE=" + core);
  for (const char *name : {"HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR"})
    if (const char *value = getenv(name))
      wanted.push_back(fmt::format("{}={}", name, value));
  std::vector<std::string> found;
  for (char **entry = environ; *entry; ++entry)
    found.emplace_back(*entry);
  if (found == wanted)
    return;
  std::vector<char *> entries;
  for (std::string &entry : wanted)
    entries.push_back(entry.data());
  entries.push_back(nullptr);
  execve("/proc/self/exe", argv, entries.data());
  fail("cannot start again with another environment");
}

static Options parse(int argc, char **argv) {
  Options options;
  Settings &settings = options.settings;
  std::map<std::string, std::string *> values = {
      {"--out", &options.out},
      {"--networks", &options.networks},
      {"--work", &settings.work},
      {"--compiler", &settings.compiler},
      {"--cc", &settings.cc},
      {"--python", &settings.python},
      {"--node", &settings.node},
      {"--node-modules", &settings.nodeModules},
      {"--scripts", &settings.scripts}};
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    auto value = values.find(argument);
    if (argument == "--quick")
      options.quick = true;
    else if (argument == "--only" && i + 1 < argc)
      options.only.push_back(argv[++i]);
    else if (value != values.end() && i + 1 < argc)
      *value->second = argv[++i];
    else if (argument[0] != '-' && options.part.empty())
      options.part = argument;
    else
      fail("what is '" + argument + "'?");
  }
  settings.avx2 = isWithAvx2(options.part);
  if (options.out.empty() || settings.work.empty() || settings.compiler.empty())
    fail("--out, --work and --compiler are needed");
  return options;
}

//===----------------------------------------------------------------------===//
// One network
//===----------------------------------------------------------------------===//

/// Lets every contestant that can prepare `network`, checks what it computes
/// and times them all.
static std::vector<Entry> compete(const Network &network,
                                  const std::vector<const Contestant *> &all,
                                  const Settings &settings, Probe &probe,
                                  std::mt19937 &order, const Effort &effort) {
  Buffer x(network.inputCount());
  std::vector<float> input = network.layers.front().kind == Kind::Embedding
                                 ? randomIndices(network, 2)
                                 : randomInput(network.inputCount(), 2);
  std::copy(input.begin(), input.end(), x.data());
  std::vector<double> reference = referenceOutput(network, input);

  std::vector<Entry> entries;
  for (const Contestant *contestant : all) {
    Entry entry{contestant, nullptr, Buffer(network.outputCount())};
    double start = readClock(CLOCK_MONOTONIC);
    entry.runner =
        contestant->prepare(Task{network, x.data(), entry.y.data(), settings});
    entry.prepareNs = readClock(CLOCK_MONOTONIC) - start;
    if (!entry.runner)
      continue;
    std::fill_n(entry.y.data(), network.outputCount(), 12345.0f);
    entry.firstNs = entry.runner->time(1);
    entry.runner->finish();
    double error = relativeError(reference, entry.y.data());
    double tolerance =
        network.isTrained ? kGradientTolerance : contestant->tolerance;
    if (!(error <= tolerance))
      fail(fmt::format("{} is wrong on {}: relative error {}, tolerance {}",
                       contestant->name, network.name, error, tolerance));
    if (network.chained && !entry.runner->chain())
      continue;
    entries.push_back(std::move(entry));
  }
  std::vector<Runner *> runners;
  for (Entry &entry : entries)
    runners.push_back(entry.runner.get());
  std::vector<Measurement> measured = measure(runners, probe, order, effort);
  for (size_t i = 0; i < entries.size(); ++i)
    entries[i].measured = measured[i];
  return entries;
}

static double nsOf(const std::vector<Entry> &entries, const char *name) {
  for (const Entry &entry : entries)
    if (entry.contestant->name == name)
      return entry.measured.ns;
  return 0;
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// The columns that all parts have in common, from ns on.
static std::string figures(const Network &network, const Entry &entry,
                           double ours, const Probe &probe) {
  const Measurement &measured = entry.measured;
  double speed = network.flops() / measured.ns;
  return fmt::format("{:.2f},{:.3f},{:.4f},{:.3f},{},{},{:.2f}", measured.ns,
                     speed, speed / probe.best(),
                     ours > 0 ? measured.ns / ours : 0, measured.kept,
                     measured.dropped, measured.threshold);
}

static constexpr const char *kFigures =
    "ns,gflops,fraction_of_peak,ratio_to_ours,samples_kept,samples_dropped,"
    "threshold";

static std::ofstream openTable(const Options &options, const std::string &name,
                               const std::string &columns) {
  std::ofstream table(options.out + "/" + name + ".csv");
  if (!table)
    fail("cannot write to " + options.out);
  table << columns << '\n';
  return table;
}

static void announce(const Network &network, const std::vector<Entry> &entries,
                     size_t done, size_t count) {
  std::string line =
      fmt::format("[{}/{}] {:<22}", done, count, network.title());
  for (const Entry &entry : entries)
    line += fmt::format(" {} {:.3f} µs", entry.contestant->name,
                        entry.measured.ns / 1e3);
  fmt::print(stderr, "{}; probes {:.2f}\n", line,
             entries.empty() ? 0 : entries.front().measured.threshold);
}

static void measureLayers(const Options &options,
                          const std::vector<const Contestant *> &all,
                          const std::vector<Shape> &shapes, Probe &probe,
                          const Effort &effort) {
  std::ofstream table = openTable(
      options, options.part,
      fmt::format("part,M,K,N,contestant,{},fraction_of_bandwidth", kFigures));
  std::mt19937 order(1);
  for (size_t i = 0; i < shapes.size(); ++i) {
    const Shape &shape = shapes[i];
    Network network = layerNetwork(shape);
    if (network.name.find(options.networks) == std::string::npos)
      continue;
    std::vector<Entry> entries =
        compete(network, all, options.settings, probe, order, effort);
    // With one row each weight is used once: what counts is reading them.
    auto bytes = static_cast<double>(network.parameterBytes());
    double bandwidth =
        shape.m == 1 ? readBandwidth(network.parameterBytes()) : 0;
    double ours = nsOf(entries, "ours");
    for (const Entry &entry : entries) {
      std::string fraction =
          shape.m == 1
              ? fmt::format("{:.4f}", bytes / entry.measured.ns / bandwidth)
              : "";
      fmt::print(table, "{},{},{},{},\"{}\",{},{}\n", options.part, shape.m,
                 shape.k, shape.n, entry.contestant->name,
                 figures(network, entry, ours, probe), fraction);
    }
    table.flush();
    announce(network, entries, i + 1, shapes.size());
  }
}

static void measureNetworks(const Options &options,
                            const std::vector<const Contestant *> &all,
                            const std::vector<Network> &networks, Probe &probe,
                            const Effort &effort) {
  std::ofstream table = openTable(
      options, options.part,
      fmt::format("part,network,batch,contestant,{},prepare_ns,first_call_ns",
                  kFigures));
  std::mt19937 order(1);
  for (size_t i = 0; i < networks.size(); ++i) {
    const Network &network = networks[i];
    if (network.title().find(options.networks) == std::string::npos)
      continue;
    std::vector<Entry> entries =
        compete(network, all, options.settings, probe, order, effort);
    double ours = nsOf(entries, "ours");
    for (const Entry &entry : entries)
      fmt::print(table, "{},\"{}\",{},\"{}\",{},{:.0f},{:.0f}\n", options.part,
                 network.title(), network.batch, entry.contestant->name,
                 figures(network, entry, ours, probe), entry.prepareNs,
                 entry.firstNs);
    table.flush();
    announce(network, entries, i + 1, networks.size());
  }
}

/// The contestant of this name, or null where it is missing on this machine.
static const Contestant *find(const std::string &name,
                              const Settings &settings) {
  for (const Contestant &contestant : registry())
    if (contestant.name == name)
      return contestant.version(settings).empty() ? nullptr : &contestant;
  return nullptr;
}

/// Writes who there is, and who is missing.
static void writeContestants(const Options &options) {
  std::ofstream table =
      openTable(options, "contestants", "contestant,version,kernels");
  for (const std::string &name : besidePeers()) {
    const Contestant *found = find(name, options.settings);
    std::string version = found ? found->version(options.settings) : "missing";
    std::string kernels = found && found->kernels ? found->kernels() : "";
    fmt::print(table, "\"{}\",\"{}\",\"{}\"\n", name, version, kernels);
    fmt::print(stderr, "{}: {}{}{}\n", name, version,
               kernels.empty() ? "" : ", ", kernels);
  }
}

/// The contestants that take part.
static std::vector<const Contestant *> takePart(const Options &options,
                                                const Part &part) {
  const std::vector<std::string> &only = options.only;
  std::vector<const Contestant *> present;
  for (const std::string &name : part.contestants)
    if (only.empty() || std::find(only.begin(), only.end(), name) != only.end())
      if (const Contestant *found = find(name, options.settings))
        present.push_back(found);
  return present;
}

int main(int argc, char **argv) {
  Options options = parse(argc, argv);
  restartWithOwnEnvironment(argv, options.settings.avx2);
  options.settings.processors = findProcessors();
  Part part = makePart(options.part);
  if (part.onTwo && options.settings.processors.size() < 2)
    fail("the part " + options.part + " needs two processors");
  stayOn({options.settings.processors.front()});
  touchLibraries();
  writeContestants(options);
  std::vector<const Contestant *> all = takePart(options, part);

  Effort effort;
  if (options.quick)
    effort = {5, 3, 0.5e6, 0.2e9};
  Probe probe(options.settings.avx2);
  double perCycle = probe.multiplyAddsPerCycle();
  fmt::print(stderr, "{}: peak {:.1f} GFLOP/s, {:.2f} multiply-adds a cycle\n",
             options.part, probe.best(), perCycle);
  // Wide vectors may have a slower clock than the additions that tell a cycle.
  double whole = std::max(1.0, std::round(1.025 * perCycle));
  if (perCycle < 0.9 * whole || perCycle > 1.05 * whole)
    fail(fmt::format("the probe measures {:.2f} multiply-adds a cycle, but a "
                     "processor makes a whole number of them",
                     perCycle));
  if (part.networks.empty())
    measureLayers(options, all, part.shapes, probe, effort);
  else
    measureNetworks(options, all, part.networks, probe, effort);
  std::ofstream peak = openTable(options, options.part + "-peak", "gflops");
  fmt::print(peak, "{:.1f}\n", probe.best());
}
