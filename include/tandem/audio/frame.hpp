// SPDX-License-Identifier: GPL-3.0-or-later
// The one sample format of the stream: 16 bit, two channels, host byte order. Thread: any.
#pragma once

#include <cstdint>

namespace tandem {

struct StereoFrame {
    std::int16_t left = 0;
    std::int16_t right = 0;
    bool operator==(const StereoFrame&) const = default;
};
static_assert(sizeof(StereoFrame) == 4);

}  // namespace tandem
