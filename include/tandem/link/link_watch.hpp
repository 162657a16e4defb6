// SPDX-License-Identifier: GPL-3.0-or-later
// Tells from a link's counters whether it moves. Pure; looked at every kLook. Thread: control.
//
// A speaker that goes out of reach is told within a second and a half, in the worst case:
//     0.1 s   its share of the controller's buffers fills up (AclWindow; without one, what the
//             socket and the whole controller take: 0.3 s)
//     0.7 s   kStall
//     0.25 s  until the next look
// The other way round, nothing that passes is called a stall: a link that loses 85 of 100 frames
// takes a packet every 0.1 s, and a machine that is kept busy comes back within 0.2 s.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "tandem/base/units.hpp"

namespace tandem {

enum class LinkMotion { moves, stalled, failed };

class LinkWatch {
  public:
    static constexpr Duration kStall = std::chrono::milliseconds{700};
    static constexpr Duration kLook = std::chrono::milliseconds{250};

    // `blocked`: for how long nothing has left although packets wait. `error`: errno, 0 while the
    // link works. Returns what has become of the link since the last look; once it has failed,
    // nothing more.
    std::optional<LinkMotion> look(Duration blocked, int error) noexcept {
        if (motion_ == LinkMotion::failed) return std::nullopt;
        LinkMotion now = blocked >= kStall ? LinkMotion::stalled : LinkMotion::moves;
        if (error != 0) now = LinkMotion::failed;
        if (std::exchange(motion_, now) == now) return std::nullopt;
        return now;
    }
    [[nodiscard]] bool failed() const noexcept { return motion_ == LinkMotion::failed; }

  private:
    LinkMotion motion_ = LinkMotion::moves;
};

}  // namespace tandem
