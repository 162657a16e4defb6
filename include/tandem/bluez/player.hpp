// SPDX-License-Identifier: GPL-3.0-or-later
// The media player that speakers see over AVRCP: it says Playing while sound plays and Paused while
// it is silent. Some speakers stay mute, or switch their buttons off, until one says Playing
// (bluez#868). It takes the buttons' commands and does nothing: the sound comes from outside, and
// nothing here could pause it. Thread: control.
#pragma once

#include <map>
#include <string>

#include "tandem/bluez/model.hpp"
#include "tandem/bus/connection.hpp"

namespace tandem {

class Player {
  public:
    Player(BusConnection& bus, const BluezModel& model);
    ~Player();  // unregisters it (best effort)
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;

    // Registers it on every adapter that has none yet. To be called at each change of the model.
    void reconcile();
    void set_playing(bool playing);

  private:
    [[nodiscard]] BusObject object() const;
    [[nodiscard]] std::string status() const { return playing_ ? "Playing" : "Paused"; }
    void register_on(const std::string& adapter);

    BusConnection& bus_;
    const BluezModel& model_;
    bool playing_ = false;
    std::string owner_;  // the bluetoothd that knows it
    Loop::Handle object_;
    // By adapter. One that refused is not asked again: the sound does without.
    std::map<std::string, Loop::Handle> registrations_;
};

}  // namespace tandem
