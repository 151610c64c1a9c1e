//===- Curve.cpp - How a training went, as an image -----------------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "nascent/Training/History.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>

namespace nascent {

namespace {

// In pixels: the image, and the axes within it.
constexpr double kWidth = 640, kHeight = 400;
constexpr double kLeft = 70, kRight = 570, kTop = 40, kBottom = 350;

/// Where numbers are along an axis.
struct Scale {
  double low, high, from, to;

  double operator()(double value) const {
    return from + (value - low) / (high - low) * (to - from);
  }
};

/// The distance of about five ticks: 1, 2 or 5 times a power of ten.
double tickDistance(double range) {
  double power = std::pow(10.0, std::floor(std::log10(range / 5)));
  for (double factor : {1.0, 2.0, 5.0})
    if (range / (factor * power) <= 6)
      return factor * power;
  return 10 * power;
}

using Get = std::function<std::optional<double>(const EpochRecord &)>;

void writeLine(const History &history, const Get &get, const Scale &x,
               const Scale &y, const char *color, llvm::raw_ostream &os) {
  std::string points, dots;
  for (const EpochRecord &record : history) {
    std::optional<double> value = get(record);
    if (!value || !std::isfinite(*value))
      continue;
    double px = x(double(record.epoch)), py = y(*value);
    points += fmt::format("{}{:.2f},{:.2f}", points.empty() ? "" : " ", px, py);
    if (history.size() <= 50)
      dots += fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"2.5\" "
                          "fill=\"{}\"/>\n",
                          px, py, color);
  }
  if (!points.empty())
    os << fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" "
                      "stroke-width=\"1.5\"/>\n{}",
                      points, color, dots);
}

} // namespace

void writeCurve(const History &history, llvm::raw_ostream &os) {
  const std::tuple<const char *, const char *, Get> losses[] = {
      {"loss", "#1f77b4", [](const EpochRecord &r) { return r.loss; }},
      {"validation loss", "#d62728",
       [](const EpochRecord &r) { return r.validationLoss; }}};
  Get accuracy = [](const EpochRecord &r) { return r.accuracy; };
  constexpr const char *accuracyColor = "#2ca02c";

  double low = 0, high = 0;
  bool hasAccuracy = false;
  for (const EpochRecord &record : history) {
    for (const auto &[name, color, get] : losses)
      if (std::optional<double> value = get(record);
          value && std::isfinite(*value)) {
        low = std::min(low, *value);
        high = std::max(high, *value);
      }
    hasAccuracy |= record.accuracy.has_value();
  }
  if (high <= low)
    high = low + 1;
  double distance = tickDistance(high - low);
  high = std::ceil(high / distance) * distance;
  low = std::floor(low / distance) * distance;
  double last = history.empty() ? 2 : std::max<double>(history.back().epoch, 2);
  Scale x{1, last, kLeft, kRight}, y{low, high, kBottom, kTop};
  Scale share{0, 1, kBottom, kTop};

  os << fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:g}\" "
      "height=\"{1:g}\" viewBox=\"0 0 {0:g} {1:g}\" font-family=\"sans-serif\" "
      "font-size=\"12\">\n<rect width=\"{0:g}\" height=\"{1:g}\" "
      "fill=\"white\"/>\n",
      kWidth, kHeight);
  auto text = [&](double px, double py, const char *anchor,
                  const std::string &words, const char *color = "black") {
    os << fmt::format("<text x=\"{:.2f}\" y=\"{:.2f}\" text-anchor=\"{}\" "
                      "fill=\"{}\">{}</text>\n",
                      px, py, anchor, color, words);
  };
  auto line = [&](double x0, double y0, double x1, double y1,
                  const char *color) {
    os << fmt::format("<line x1=\"{:.2f}\" y1=\"{:.2f}\" x2=\"{:.2f}\" "
                      "y2=\"{:.2f}\" stroke=\"{}\"/>\n",
                      x0, y0, x1, y1, color);
  };
  int64_t ticks = std::llround((high - low) / distance);
  for (int64_t i = 0; i <= ticks; ++i) {
    double value = low + double(i) * distance;
    line(kLeft, y(value), kRight, y(value), "#dddddd");
    text(kLeft - 8, y(value) + 4, "end", fmt::format("{:.6g}", value));
  }
  double step = std::max(1.0, tickDistance(last - 1));
  for (double epoch = 1; epoch <= last; epoch += step)
    text(x(epoch), kBottom + 18, "middle", fmt::format("{:g}", epoch));
  if (hasAccuracy)
    for (int percent = 0; percent <= 100; percent += 20)
      text(kRight + 8, share(percent / 100.0) + 4, "start",
           fmt::format("{} %", percent), accuracyColor);
  line(kLeft, kBottom, kRight, kBottom, "black");
  line(kLeft, kTop, kLeft, kBottom, "black");
  text((kLeft + kRight) / 2, kBottom + 38, "middle", "epoch");

  double at = kLeft;
  for (const auto &[name, color, get] : losses) {
    if (std::none_of(history.begin(), history.end(),
                     [&, &get = get](const EpochRecord &r) {
                       return get(r).has_value();
                     }))
      continue;
    writeLine(history, get, x, y, color, os);
    text(at, kTop - 16, "start", name, color);
    at += 150;
  }
  if (hasAccuracy) {
    writeLine(history, accuracy, x, share, accuracyColor, os);
    text(at, kTop - 16, "start", "validation accuracy", accuracyColor);
  }
  os << "</svg>\n";
}

} // namespace nascent
