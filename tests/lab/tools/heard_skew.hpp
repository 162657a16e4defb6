// SPDX-License-Identifier: GPL-3.0-or-later
// How far speakers are apart as they are heard: from a recording of the room alone, whatever was
// sent to them. Windows of half a second, four a second, are found in each other by correlation.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "figures.hpp"
#include "wav.hpp"

namespace lab {

struct SkewWindow {
    double at_s{};                  // its middle, in seconds of the recording
    std::optional<double> skew_ms;  // nothing: one of them is silent, or they play different things
};

// How much later `other` sounds than `one`, which are channels of the recording.
[[nodiscard]] std::vector<SkewWindow> heard_windows(const Sound& room, int one, int other);

// Something that happened, in seconds of the recording.
struct RoomEvent {
    std::string name;
    double from_s{};
    double to_s{};
};

// median, p1 and p99 over the recording, and how many windows were found and how many were not.
[[nodiscard]] Figures heard_figures(const std::vector<SkewWindow>& windows);
// From before the event to 3 s after its end: before_ms, after_ms, change_ms and its amount,
// moved_ms. What could not be heard is left out.
[[nodiscard]] Figures heard_change(const std::vector<SkewWindow>& windows, const RoomEvent& event);
// Of one speaker, from half a second before the event to 3 s after its end: longest_gap_ms and
// silent_ms, by stretches of 5 ms.
[[nodiscard]] Figures heard_gaps(const Sound& room, int channel, const RoomEvent& event);

// An SVG of the skew over time, the events shaded.
[[nodiscard]] std::string draw_skew(const std::vector<SkewWindow>& windows,
                                    const std::vector<RoomEvent>& events, const std::string& title);

}  // namespace lab
