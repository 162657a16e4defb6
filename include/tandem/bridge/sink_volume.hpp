// SPDX-License-Identifier: GPL-3.0-or-later
// One sink's volume in a running bridge: the policy with a clock, a memory and a line in the
// journal for each change. Thread: control.
#pragma once

#include <functional>
#include <optional>

#include "tandem/bluez/speaker_volume.hpp"
#include "tandem/bus/loop.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/state_file.hpp"

namespace tandem {

class SinkVolume {
  public:
    using Ask = std::function<void(int level)>;
    // `state` must outlive this. `ask` has the speaker asked for a volume of 0 to 127.
    SinkVolume(Loop& loop, StateFile& state, const SinkConfig& sink, Ask ask);

    void set_buttons(VolumeButtons buttons);
    // By the speaker; nullopt: it is gone.
    void reported(std::optional<int> level);
    // By a person.
    void set(int level);

    // As the speaker tells it; nullopt: it tells none.
    [[nodiscard]] std::optional<int> reported() const { return volume_.reported(); }
    // What a change by so much starts from; nullopt: it has no volume that could be set.
    [[nodiscard]] std::optional<int> level() const;

  private:
    // Asks, keeps and tells what is to be asked, kept and told.
    void look();
    void tell();

    Loop& loop_;
    StateFile& state_;
    const SinkConfig sink_;  // name and address
    Ask ask_;
    SpeakerVolume volume_;
    std::optional<int> told_;
    Loop::Handle due_;
    Loop::Handle tell_;
};

}  // namespace tandem
