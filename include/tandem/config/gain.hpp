// SPDX-License-Identifier: GPL-3.0-or-later
// A sink's gain: what the configuration says, what was set since, and whether it is muted.
// Thread: any.
#pragma once

#include <limits>

namespace tandem {

inline constexpr double kLeastGainDb = -60;
inline constexpr double kMostGainDb = 12;

class Gain {
  public:
    explicit Gain(double configured_db = 0) noexcept
        : configured_db_(configured_db), set_db_(configured_db) {}

    // The configuration was read: a gain that was set stays, unless the configured one is another
    // than before.
    void configure(double configured_db) noexcept {
        if (configured_db != configured_db_) set_db_ = configured_db;
        configured_db_ = configured_db;
    }
    // False (and nothing changes) outside of kLeastGainDb to kMostGainDb.
    [[nodiscard]] bool set(double gain_db) noexcept {
        if (!(gain_db >= kLeastGainDb && gain_db <= kMostGainDb)) return false;
        set_db_ = gain_db;
        return true;
    }
    // The configuration was changed to `configured_db` because of what was set.
    void saved_as(double configured_db) noexcept { configured_db_ = configured_db; }
    void mute(bool on) noexcept { muted_ = on; }

    [[nodiscard]] double set_db() const noexcept { return set_db_; }
    [[nodiscard]] bool saved() const noexcept { return set_db_ == configured_db_; }
    [[nodiscard]] bool muted() const noexcept { return muted_; }
    // What the sound gets: -infinity while it is muted.
    [[nodiscard]] double in_force_db() const noexcept {
        return muted_ ? -std::numeric_limits<double>::infinity() : set_db_;
    }

  private:
    double configured_db_;
    double set_db_;
    bool muted_ = false;
};

}  // namespace tandem
