// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/delay_line.hpp"

#include <array>
#include <cassert>

namespace tandem {
namespace {

constexpr std::size_t kLongestRead = 128;

std::int16_t fade(int from, int to, int done, int length) {
    return static_cast<std::int16_t>((from * (length - done) + to * done) / length);
}

}  // namespace

void DelayLine::read(Position at, std::span<StereoFrame> into) noexcept {
    assert(into.size() <= kLongestRead);
    history_.read(at - next_, into);
    if (next_ == delay_) return;
    std::array<StereoFrame, kLongestRead> old;
    const auto before = std::span(old).first(into.size());
    history_.read(at - delay_, before);
    const auto length = static_cast<int>(into.size());
    for (int i = 0; i < length; ++i) {
        const auto index = static_cast<std::size_t>(i);
        into[index].left = fade(before[index].left, into[index].left, i, length);
        into[index].right = fade(before[index].right, into[index].right, i, length);
    }
    delay_ = next_;
}

}  // namespace tandem
