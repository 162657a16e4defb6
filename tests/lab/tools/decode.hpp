// SPDX-License-Identifier: GPL-3.0-or-later
// The sound in a speaker's packets, as its decoder would play them one after the other.
#pragma once

#include <string>
#include <vector>

#include "capture.hpp"

namespace lab {

struct Decoded {
    int rate{};
    std::string codec;  // for people: "SBC joint stereo, bitpool 51, 8 frames a packet"
    std::vector<float> left;
    std::vector<float> right;
    std::vector<std::size_t>
        starts;         // of each packet's first frame in left and right, and their end
    int bad_packets{};  // the decoder refused a frame, or the count in the header is wrong

    [[nodiscard]] std::size_t count(std::size_t packet) const {
        return starts[packet + 1] - starts[packet];
    }
};

[[nodiscard]] Decoded decode(const std::vector<MediaPacket>& packets);

}  // namespace lab
