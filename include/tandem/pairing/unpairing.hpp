// SPDX-License-Identifier: GPL-3.0-or-later
// Has BlueZ forget a speaker on all adapters: its keys, its trust, and its connection.
// Thread: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tandem/bluez/model.hpp"
#include "tandem/bus/connection.hpp"
#include "tandem/bus/loop.hpp"

namespace tandem {

class Unpairing {
  public:
    // nullopt: it is forgotten; otherwise why not, as a sentence.
    using Done = std::function<void(const std::optional<std::string>& failure)>;

    // Begins at once; `done` is called once, from the loop, and may destroy this.
    Unpairing(Loop& loop, BusConnection& bus, std::string address, Done done,
              Duration limit = std::chrono::seconds(5));

  private:
    enum class Phase { finding_bluez, removing, finished };

    void look();
    void remove_next();
    void finish(std::optional<std::string> failure);

    Loop& loop_;
    BusConnection& bus_;
    std::string address_;
    Done done_;
    Phase phase_ = Phase::finding_bluez;
    std::vector<BusCall> removals_;
    BluezModel model_;
    Loop::Handle call_;
    Loop::Handle limit_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tandem
