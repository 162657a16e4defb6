// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/setup/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tandem/base/printable_text.hpp"

namespace tandem {
namespace {

constexpr std::size_t kWidestName = 40;  // columns; names may have 248 octets

// A name is what a stranger's device calls itself.
std::string printable(const std::string& name) {
    return fit_to_width(printable_text(name), kWidestName);
}

const char* distance_of(int rssi) {
    return rssi > -70 ? "near" : rssi > -80 ? "weak" : "far";
}

}  // namespace

std::string name_of(const FoundSpeaker& speaker) {
    return speaker.name.empty() ? speaker.address : printable(speaker.name);
}

std::string row_of(const FoundSpeaker& speaker) {
    const auto signal = speaker.rssi
                            ? fmt::format("{} dBm ({})", *speaker.rssi, distance_of(*speaker.rssi))
                            : std::string("signal unknown");
    return fmt::format("{}  {:<14}  {}{}", speaker.address, signal,
                       speaker.name.empty() ? "(no name yet)" : printable(speaker.name),
                       speaker.paired ? ", paired" : "");
}

std::string level_bar(const Levels& levels) {
    constexpr int width = 20;
    const double peak = std::max(levels.left.peak_dbfs, levels.right.peak_dbfs);
    const int full = std::clamp(static_cast<int>(std::lround((peak + 60) / 60 * width)), 0, width);
    const auto part = [](int length, char letter) {
        return std::string(static_cast<std::size_t>(length), letter);
    };
    const auto figure =
        peak <= kSilenceDbfs ? std::string("  silent") : fmt::format("{:4.0f} dBFS", peak);
    return fmt::format("[{}{}] {}", part(full, '#'), part(width - full, '-'), figure);
}

}  // namespace tandem
