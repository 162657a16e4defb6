// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/pairing/unpairing.hpp"

#include <fmt/format.h>

#include <utility>

#include "tandem/bluez/errors.hpp"
#include "tandem/pairing/reach.hpp"

namespace tandem {

Unpairing::Unpairing(Loop& loop, BusConnection& bus, std::string address, Done done, Duration limit)
    : loop_(loop),
      bus_(bus),
      address_(std::move(address)),
      done_(std::move(done)),
      model_(loop, bus, [this] {
          // Not from inside the model: the answer may be our destruction.
          loop_.post(alive_, [this] { look(); });
      }) {
    limit_ = loop_.after(limit, [this] {
        if (phase_ == Phase::finding_bluez) finish(no_bluez(bus_, model_));
    });
}

void Unpairing::look() {
    if (phase_ != Phase::finding_bluez || !model_.is_ready()) return;
    for (const auto& [path, device] : model_.devices()) {
        if (same_address(device.address, address_))
            removals_.push_back(
                {kBluez, device.adapter, kAdapterInterface, "RemoveDevice", {ObjectPath{path}}});
    }
    if (removals_.empty()) {
        return finish(
            fmt::format("BlueZ does not know {}: \"bluetoothctl devices Paired\" lists "
                        "the paired devices.",
                        address_));
    }
    phase_ = Phase::removing;
    remove_next();
}

void Unpairing::remove_next() {
    if (removals_.empty()) return finish(std::nullopt);
    const BusCall removal = removals_.back();
    removals_.pop_back();
    call_ = bus_.call(removal, [this](const BusReply& reply) {
        if (!reply.error || reply.error->name == "org.bluez.Error.DoesNotExist")
            return remove_next();
        const auto& error = *reply.error;
        finish(is_denied(error)
                   ? bluez_denied(error)
                   : fmt::format("{} could not be forgotten ({}): try it with \"bluetoothctl "
                                 "remove {}\".",
                                 address_, error.said(), address_));
    });
}

void Unpairing::finish(std::optional<std::string> failure) {
    if (std::exchange(phase_, Phase::finished) == Phase::finished) return;
    // From the loop, so that `done` may destroy us.
    loop_.post(alive_, [done = done_, failure = std::move(failure)] { done(failure); });
}

}  // namespace tandem
