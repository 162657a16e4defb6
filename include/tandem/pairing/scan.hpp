// SPDX-License-Identifier: GPL-3.0-or-later
// Searches for speakers that let themselves be found, which they do in pairing mode. A search ruins
// whatever plays over the adapter, so it lasts no longer than this. Thread: the loop's.
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

struct FoundSpeaker {
    std::string address;
    std::string name;         // empty: it has not told it
    std::optional<int> rssi;  // dBm: -40 is beside the adapter, -90 hardly to be heard
    bool paired = false;
    bool operator==(const FoundSpeaker&) const = default;
};

// What a search has found on `adapter` and is no other kind of thing than a speaker; the nearest
// first.
[[nodiscard]] std::vector<FoundSpeaker> speakers_found(const BluezModel& model,
                                                       const std::string& adapter);

class Scan {
  public:
    using Found = std::function<void(const std::vector<FoundSpeaker>& all)>;
    using Failed = std::function<void(const std::string& sentence)>;

    // `adapter`: "" = the first that is switched on, else "hci0" or its address. `found` at each
    // change; `failed` at most once. The search ends when this is destroyed, which `found` and
    // `failed` may do.
    Scan(Loop& loop, BusConnection& bus, std::string adapter, Found found, Failed failed,
         Duration bus_limit = std::chrono::seconds(5));
    ~Scan();
    Scan(const Scan&) = delete;
    Scan& operator=(const Scan&) = delete;

  private:
    enum class Phase { finding_bluez, searching, failed };

    void look();
    void begin();
    void fail(const std::string& sentence);

    Loop& loop_;
    BusConnection& bus_;
    std::string wanted_;
    Found found_;
    Failed failed_;
    Phase phase_ = Phase::finding_bluez;
    std::string adapter_;
    std::vector<FoundSpeaker> told_;
    BluezModel model_;
    Loop::Handle call_;
    Loop::Handle filter_;
    Loop::Handle bus_limit_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tandem
