// SPDX-License-Identifier: GPL-3.0-or-later
// The volume of one speaker (AVRCP absolute volume): what it reports, what it ought to be, and when
// to ask for it. Pure: reports, wishes and time in, requests out. Level-triggered, so a lost answer
// does no harm. Thread: any.
#pragma once

#include <optional>
#include <string_view>

#include "tandem/base/units.hpp"

namespace tandem {

// AVRCP 1.6, 6.13.1: 0 to 127 is 0 to 100 %.
inline constexpr int kMostVolume = 127;

[[nodiscard]] constexpr int percent_of_volume(int level) {
    return (level * 100 + kMostVolume / 2) / kMostVolume;
}
[[nodiscard]] constexpr int volume_of_percent(int percent) {
    return (percent * kMostVolume + 50) / 100;
}

// What becomes of a press of the speaker's own buttons.
enum class VolumeButtons { followed, undone };

// As the configuration has it.
[[nodiscard]] constexpr std::string_view name_of(VolumeButtons buttons) {
    return buttons == VolumeButtons::followed ? "speaker" : "fixed";
}

class SpeakerVolume {
  public:
    // After the first report of a connection: what comes until then is no press. Speakers begin
    // with what they like, and BlueZ (5.87) with 127 of its own where it knows nothing yet.
    static constexpr Duration kSettle = std::chrono::seconds{2};
    // Between two requests that nobody typed, so that speaker and bridge cannot fight.
    static constexpr Duration kRest = std::chrono::seconds{1};

    // Some speakers turn down to 0 as they go off, at once or in steps. What came to 0 within so
    // short a time before the end of a connection was no press: what it was to be before holds.
    static constexpr Duration kGoodbye = std::chrono::seconds{5};

    void set_buttons(VolumeButtons buttons) noexcept { buttons_ = buttons; }
    // What a person set in an earlier run.
    void remember(int level) noexcept { wanted_ = level; }
    // nullopt: it is gone, or does no absolute volume.
    void report(std::optional<int> level, Time now) noexcept;
    // A person's wish.
    void set(int level) noexcept;
    // What to ask the speaker for now; to be called after all of the above, and when it is due().
    [[nodiscard]] std::optional<int> take_request(Time now) noexcept;
    [[nodiscard]] std::optional<Time> due() const noexcept;

    [[nodiscard]] std::optional<int> reported() const noexcept { return reported_; }
    // What it ought to be; nullopt while nobody has set it and nothing was taken over.
    [[nodiscard]] std::optional<int> wanted() const noexcept { return wanted_; }
    // What a change by so much starts from: what was asked for, while the answer is under way.
    [[nodiscard]] std::optional<int> level(Time now) const noexcept;

  private:
    enum class Phase { away, settling, steady };
    struct Turning {
        Time since{};
        std::optional<int> before;  // what it was to be
    };

    void go_away(Time now) noexcept;
    void settle(Time now) noexcept;
    [[nodiscard]] bool held() const noexcept;
    [[nodiscard]] bool answer_due(Time now) const noexcept;

    VolumeButtons buttons_ = VolumeButtons::followed;
    Phase phase_ = Phase::away;
    Time settled_at_{};
    std::optional<int> reported_;
    std::optional<int> wanted_;
    std::optional<Turning> turning_;  // the speaker turns itself up or down
    std::optional<int> refused_;      // where it stands although it was asked: not asked again
    std::optional<Time> asked_at_;    // in this connection
    bool answered_ = true;            // something was reported since
    bool wished_ = false;             // and not asked for yet
};

}  // namespace tandem
