// SPDX-License-Identifier: GPL-3.0-or-later
// AVRCP absolute volume, as BlueZ 5.82 has it on the side of the source: a request is answered at
// once, and what the speaker makes of it comes as a change of the property if it is one.
#include "dbus/fake_bluez.hpp"

namespace tandem::testing {
namespace {

constexpr const char* kVolumeInterface = "org.bluez.MediaTransport1";

}  // namespace

void FakeBluez::set_volume(DBusMessage* call, const std::string& path) {
    DBusMessageIter arguments;
    dbus_message_iter_init(call, &arguments);
    dbus_message_iter_next(&arguments);
    const auto name = std::get<std::string>(read(arguments));
    dbus_message_iter_next(&arguments);
    const WireValue value = read(arguments);
    const auto* level = std::get_if<std::uint16_t>(&value);
    const Transport& transport = transports_.at(path);
    if (name != "Volume" || !transport.volume || level == nullptr || *level > 127)
        return fail(call, "org.bluez.Error.InvalidArguments", name);
    FakeSpeaker& speaker = speakers_.at(transport.speaker);
    if (speaker.refuses_volume) return fail(call, "org.bluez.Error.Failed", "Operation failed");
    reply(call);
    volumes_asked_[speaker.address].push_back(*level);
    if (speaker.answers_volume) take_volume(speaker, *level);
}

void FakeBluez::take_volume(FakeSpeaker& speaker, std::uint16_t volume) {
    const auto taken =
        static_cast<std::uint16_t>(volume / speaker.volume_step * speaker.volume_step);
    speaker.volume = taken;
    const auto path = transport_of(speaker.address);
    if (path.empty() || transports_.at(path).volume == taken) return;
    transports_.at(path).volume = taken;
    changed(path, kVolumeInterface, {{"Volume", taken}});
}

void FakeBluez::press(const std::string& speaker, std::uint16_t volume) {
    in_thread([&] { take_volume(speakers_.at(speaker), volume); });
}

void FakeBluez::answer_volume(const std::string& speaker) {
    in_thread([&] { take_volume(speakers_.at(speaker), volumes_asked_.at(speaker).back()); });
}

void FakeBluez::lose_volume(const std::string& speaker) {
    in_thread([&] {
        const auto path = transport_of(speaker);
        transports_.at(path).volume.reset();
        changed(path, kVolumeInterface, {}, {"Volume"});
    });
}

std::vector<std::uint16_t> FakeBluez::volumes_asked(const std::string& speaker) {
    std::vector<std::uint16_t> asked;
    in_thread([&] { asked = volumes_asked_[speaker]; });
    return asked;
}

}  // namespace tandem::testing
