// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/player.hpp"

#include <utility>
#include <vector>

namespace tandem {
namespace {

const std::string kPath = "/io/tandem/player";
const std::string kInterface = "org.mpris.MediaPlayer2.Player";

}  // namespace

Player::Player(BusConnection& bus, const BluezModel& model)
    : bus_(bus), model_(model), object_(bus.export_object(object())) {}

Player::~Player() {
    for (const auto& [adapter, registration] : registrations_)
        bus_.send({kBluez, adapter, kMediaInterface, "UnregisterPlayer", {ObjectPath{kPath}}});
}

void Player::reconcile() {
    if (std::exchange(owner_, model_.owner()) != model_.owner()) registrations_.clear();
    std::erase_if(registrations_, [this](const auto& entry) {
        const auto adapter = model_.adapters().find(entry.first);
        return adapter == model_.adapters().end() || !adapter->second.media;
    });
    for (const auto& [path, adapter] : model_.adapters()) {
        if (adapter.media && !registrations_.contains(path)) register_on(path);
    }
}

void Player::register_on(const std::string& adapter) {
    registrations_[adapter] =
        bus_.call({kBluez,
                   adapter,
                   kMediaInterface,
                   "RegisterPlayer",
                   {ObjectPath{kPath}, Value::properties({{"PlaybackStatus", status()},
                                                          {"Identity", "Tandem"},
                                                          {"CanPlay", true},
                                                          {"CanPause", true},
                                                          {"CanControl", true}})}},
                  [](const BusReply&) {});
}

void Player::set_playing(bool playing) {
    if (std::exchange(playing_, playing) == playing) return;
    bus_.emit_changed(kPath, kInterface, {"PlaybackStatus"});
}

BusObject Player::object() const {
    std::vector<BusMethod> methods;
    for (const char* name : {"Play", "Pause", "PlayPause", "Stop", "Next", "Previous"}) {
        methods.push_back(
            {kInterface, name, "", "", [](const IncomingCall&) { return std::vector<Value>(); }});
    }
    return {kPath,
            std::move(methods),
            {{kInterface, "PlaybackStatus", "s", [this] { return Value(status()); }},
             {kInterface, "Identity", "s", [] { return Value(std::string("Tandem")); }},
             {kInterface, "CanPlay", "b", [] { return Value(true); }},
             {kInterface, "CanPause", "b", [] { return Value(true); }},
             {kInterface, "CanControl", "b", [] { return Value(true); }}},
            [this](const std::string& sender) { return sender == model_.owner(); }};
}

}  // namespace tandem
