// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs one speaker, once: for tandemctl. That BlueZ calls it paired says that BlueZ has a key, not
// that the speaker still has its own: so one that is paired and connected is let be, and one that
// is paired and away is removed first and paired again. Registers an agent that needs no keys for
// just as long, searches only when BlueZ does not know the speaker yet, and always stops searching.
// Thread: the loop's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tandem/bluez/model.hpp"
#include "tandem/bus/connection.hpp"
#include "tandem/bus/loop.hpp"

namespace tandem {

struct PairingSettings {
    std::string address;  // "AA:BB:CC:DD:EE:FF"
    std::string adapter;  // "" = the first that is switched on, else "hci0" or its address
    Duration limit{std::chrono::seconds(60)};
    Duration bus_limit{std::chrono::seconds(5)};  // to find the bus and BlueZ
};

class Pairing {
  public:
    using Progress = std::function<void(const std::string& sentence)>;
    // nullopt: paired and trusted; otherwise why not, as a sentence.
    using Done = std::function<void(const std::optional<std::string>& failure)>;

    // Begins at once; `done` is called once, from the loop. Destroying it earlier cleans up too.
    Pairing(Loop& loop, BusConnection& bus, PairingSettings settings, Progress progress, Done done);
    ~Pairing();
    Pairing(const Pairing&) = delete;
    Pairing& operator=(const Pairing&) = delete;

    // Whether there was nothing to do but to trust it.
    [[nodiscard]] bool was_paired() const { return was_paired_; }
    // Whether an older pairing was removed.
    [[nodiscard]] bool is_renewed() const { return renewed_; }

  private:
    enum class Phase {
        finding_bluez,
        removing,  // the old pairing
        registering_agent,
        searching,
        pairing,
        trusting,
        finished,
    };

    void advance();
    void begin();
    void remove_old();
    void on_removed(const BusReply& reply);
    void register_agent();
    void on_agent_registered(const BusReply& reply);
    void search();
    void pair();
    void on_pair_answer(const BusReply& reply);
    void trust();
    void on_timeout();
    void finish(std::optional<std::string> failure);
    void clean_up();
    [[nodiscard]] std::string find_device() const;
    [[nodiscard]] std::string sentence_for(const BusError& error) const;
    [[nodiscard]] BusObject agent();

    Loop& loop_;
    BusConnection& bus_;
    PairingSettings settings_;
    Progress progress_;
    Done done_;
    Phase phase_ = Phase::finding_bluez;
    bool searching_ = false;
    bool agent_known_ = false;
    bool was_paired_ = false;
    bool renewed_ = false;
    std::string adapter_;
    std::string device_;
    BluezModel model_;
    Loop::Handle agent_;
    Loop::Handle call_;
    Loop::Handle filter_;
    Loop::Handle limit_;
    Loop::Handle bus_limit_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace tandem
