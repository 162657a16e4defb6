// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/audio/pcm_history.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

namespace tandem {

PcmHistory::PcmHistory(Frames least, Depth depth)
    : depth_(depth),
      ring_(depth == Depth::samples ? std::bit_ceil(static_cast<std::size_t>(least.count)) : 0) {}

std::size_t PcmHistory::slot(Position position) const noexcept {
    return static_cast<std::size_t>(position.frames) & (ring_.size() - 1);
}

Position PcmHistory::begin() const noexcept {
    return std::max(Position{0}, end_ - Frames{static_cast<std::int64_t>(ring_.size())});
}

void PcmHistory::append(std::span<const StereoFrame> block) noexcept {
    if (depth_ == Depth::positions) {
        end_ += Frames{static_cast<std::int64_t>(block.size())};
        return;
    }
    while (!block.empty()) {
        const std::size_t at = slot(end_);
        const std::size_t count = std::min(block.size(), ring_.size() - at);
        std::copy_n(block.begin(), count, ring_.begin() + static_cast<std::ptrdiff_t>(at));
        end_ += Frames{static_cast<std::int64_t>(count)};
        block = block.subspan(count);
    }
}

void PcmHistory::append_silence(Frames length) noexcept {
    const auto size = static_cast<std::int64_t>(ring_.size());
    for (std::int64_t i = 0; i < std::min(length.count, size); ++i)
        ring_[slot(end_ + Frames{length.count - 1 - i})] = StereoFrame{};
    end_ += length;
}

void PcmHistory::read(Position from, std::span<StereoFrame> into) const noexcept {
    const Position until = from + Frames{static_cast<std::int64_t>(into.size())};
    const Position first = std::clamp(begin(), from, until);
    const Position last = std::clamp(end_, first, until);
    const auto index = [&](Position at) { return static_cast<std::size_t>((at - from).count); };
    std::fill_n(into.begin(), index(first), StereoFrame{});
    for (Position at = first; at < last;) {
        const std::size_t place = slot(at);
        const std::size_t count =
            std::min(static_cast<std::size_t>((last - at).count), ring_.size() - place);
        std::copy_n(ring_.begin() + static_cast<std::ptrdiff_t>(place), count,
                    into.subspan(index(at)).begin());
        at += Frames{static_cast<std::int64_t>(count)};
    }
    std::fill(into.subspan(index(last)).begin(), into.end(), StereoFrame{});
}

bool PcmHistory::is_quiet(Position from, Frames length, int peak) const noexcept {
    if (depth_ == Depth::positions) return false;  // nobody knows: it counts as sound
    const Position last = std::min(from + length, end_);
    for (Position at = std::max(from, begin()); at < last; at += Frames{1}) {
        const StereoFrame& frame = ring_[slot(at)];
        if (std::abs(int{frame.left}) > peak || std::abs(int{frame.right}) > peak) return false;
    }
    return true;
}

}  // namespace tandem
