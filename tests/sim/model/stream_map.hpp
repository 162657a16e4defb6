// SPDX-License-Identifier: GPL-3.0-or-later
// Which frame of the card stands at which place of the stream: what the intake made of restarts.
// Thread: one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/model/drifting_card.hpp"
#include "tandem/base/units.hpp"

namespace tandem::sim {

class StreamMap {
  public:
    // After each step of the engine.
    void follow(const DriftingCard& card, Position end) {
        if (card.interruptions() != interruptions_) {
            interruptions_ = card.interruptions();
            if (!waiting_) lost_from_ = end_;
            waiting_ = true;
            taken_ = card.plugged() ? card.taken_at_restart() : card.taken();
        }
        end_ = end;
        if (!waiting_ || card.taken() == taken_) return;
        waiting_ = false;
        const std::int64_t ahead = card.taken() - end.frames;  // frame minus place
        const Position first = std::max(lost_from_, Position{taken_ - ahead});
        pieces_.push_back({lost_from_, first, ahead});
        frames_filled_ = frames_filled_ + (first - lost_from_);
    }

    // The card's frame at a place of the stream; nothing where it was lost or is too long ago.
    [[nodiscard]] std::optional<double> frame_at(double place) const noexcept {
        // Silence is played before the first frames after a restart tell how long it lasts.
        if (waiting_ && place >= static_cast<double>(lost_from_.frames)) return std::nullopt;
        for (auto piece = pieces_.rbegin(); piece != pieces_.rend(); ++piece) {
            if (place >= static_cast<double>(piece->first.frames))
                return place + static_cast<double>(piece->ahead);
            if (place >= static_cast<double>(piece->lost_from.frames)) return std::nullopt;
        }
        return std::nullopt;
    }
    // Silence that took the place of what was lost.
    [[nodiscard]] Frames frames_filled() const noexcept { return frames_filled_; }

  private:
    struct Piece {
        Position lost_from;
        Position first;
        std::int64_t ahead = 0;
    };
    bool waiting_ = true;  // for the first frames after a restart
    std::uint64_t interruptions_ = 0;
    std::int64_t taken_ = 0;
    Position end_{0};
    Position lost_from_{0};
    Frames frames_filled_{0};
    std::vector<Piece> pieces_;
};

}  // namespace tandem::sim
