// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of the figures share: noise, a clock of the aux, and a speaker that heard a tape.
#pragma once

#include "analysis.hpp"
#include "tape.hpp"

namespace lab::test {

inline constexpr double kCodecDelayMs =
    73 / 48.0;  // what a packet lets sound entered the encoder that much earlier

inline const Sound& sound() {
    static const Sound noise6 = noise(48000, 6, 7);
    return noise6;
}

// Its marks are read a little late, by up to 0.6 ms.
inline AuxClock aux(Time realtime_minus_monotonic = {}) {
    std::vector<std::pair<std::int64_t, Time>> marks;
    for (std::int64_t frame = 480; frame < sound().frames(); frame += 480)
        marks.emplace_back(frame, at_aux(frame) + Time{frame / 480 % 7 * 100'000});
    return AuxClock{marks, realtime_minus_monotonic};
}

inline SpeakerResult heard_by(const Tape& tape, int adapter = 1) {
    return analyse(tape.play().at(adapter), sound(), aux());
}
inline SpeakerResult heard(const Stream& stream) {
    Tape tape;
    stream.onto(tape, 1, sound());
    return heard_by(tape);
}
inline double value(const Figures& figures, const std::string& name) {
    return figure(figures, name).value();
}

}  // namespace lab::test
