// SPDX-License-Identifier: GPL-3.0-or-later
// Every reason sink control can give, in one table: docs/troubleshooting.md is checked against it.
// Codes are stable; sentences say what, where and what to do. Thread: any.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "tandem/bluez/sink_state.hpp"

namespace tandem {

struct ReasonText {
    std::string_view code;
    // {address}: the speaker; {adapter}: "hci0"; {error}: what BlueZ or the kernel said.
    std::string_view sentence;
};

inline constexpr std::array kReasonTexts{
    ReasonText{"bus-lost",
               "The system message bus is away, so BlueZ cannot be reached: see "
               "\"systemctl status dbus\"; it is tried again. ({error})"},
    ReasonText{"bluetooth-missing",
               "BlueZ does not run (nobody owns org.bluez): start it with "
               "\"systemctl start bluetooth\"."},
    ReasonText{"access-denied",
               "BlueZ may not be used by this user ({error}): run as root or as a "
               "member of the group bluetooth."},
    ReasonText{"endpoint-refused",
               "BlueZ refused the A2DP end points on {adapter} ({error}): see "
               "\"journalctl -u bluetooth\"; it is tried again."},
    ReasonText{"adapter-missing",
               "The Bluetooth adapter {adapter} for speaker {address} is not "
               "there: plug it in, or correct \"adapter\" in the config."},
    ReasonText{"adapter-off",
               "The Bluetooth adapter {adapter} is switched off: run "
               "\"bluetoothctl power on\"."},
    ReasonText{"adapter-blocked",
               "The Bluetooth adapter {adapter} is blocked by rfkill: run "
               "\"rfkill unblock bluetooth\"."},
    ReasonText{"search-running",
               "A program on this machine searches for Bluetooth devices over {adapter} "
               "while speakers play, which makes them stutter: close Bluetooth settings "
               "panels and end \"bluetoothctl scan\"."},
    ReasonText{"controller-hidden",
               "Tandem may not see what the controller of {adapter} has sent ({error}): a "
               "speaker that goes out of range can silence the others for up to 20 s; run it by "
               "tandem.service, or as root."},
    ReasonText{"not-paired",
               "Speaker {address} is not paired on this machine: put it in pairing "
               "mode and run \"tandemctl pair {address}\"."},
    ReasonText{"unreachable",
               "Speaker {address} does not answer (off, out of range or connected "
               "to something else): switch it on; it is tried again."},
    ReasonText{"connection-lost",
               "Speaker {address} went away (switched off, out of range or "
               "taken by another device); it is tried again."},
    ReasonText{"key-rejected",
               "Speaker {address} has forgotten this machine ({error}): put it in "
               "pairing mode and run \"tandemctl pair {address}\"."},
    ReasonText{"connect-failed",
               "Speaker {address} could not be connected ({error}): switch it "
               "off and on; it is tried again."},
    ReasonText{"stream-refused",
               "Speaker {address} is connected but refused the audio stream "
               "({error}): end what else it plays, or switch it off and on; it is "
               "connected anew."},
    ReasonText{"no-free-end-point",
               "Speaker {address} is connected but offers no free audio end point "
               "({error}): disconnect the other device that plays on it, or it is no "
               "A2DP speaker; it is connected anew."},
    ReasonText{"wrong-role",
               "Speaker {address} acts as a source of sound and not as a speaker ({error}): "
               "switch it to receiving Bluetooth; it is connected anew."},
    ReasonText{"no-common-codec",
               "Speaker {address} and Tandem have no SBC configuration in "
               "common: {error}"},
    ReasonText{"not-configured",
               "Speaker {address} is connected but opened no audio stream: "
               "switch it off and on; it is connected anew."},
    ReasonText{"claimed-elsewhere",
               "Speaker {address} is used by another program on this machine "
               "(PipeWire, PulseAudio or BlueALSA): stop that program's "
               "Bluetooth audio."},
    ReasonText{"acquire-failed",
               "Speaker {address} refused to start its stream ({error}); it is "
               "tried again."},
    ReasonText{"transport-stuck",
               "The stream of speaker {address} is stuck in BlueZ (active "
               "without an owner); it is disconnected and connected anew."},
    ReasonText{"mtu-too-small",
               "Speaker {address} takes packets too small for one SBC frame "
               "({error}); it is connected anew."},
    ReasonText{"suspended",
               "Speaker {address} suspended the stream (a call, another source or a "
               "button); it is started again."},
    ReasonText{"link-stalled",
               "Speaker {address} takes no sound any more (out of range, or without "
               "power): bring it nearer or switch it on; it plays on when it answers."},
    ReasonText{"link-slow",
               "The radio link to speaker {address} does not keep up and plays at less "
               "quality for a while ({error}): move it nearer, or Wi-Fi away from 2.4 "
               "GHz."},
    ReasonText{"idle",
               "The input is silent, so the stream of speaker {address} rests; it is started again "
               "with the first sound."},
    ReasonText{"link-failed",
               "Sending to speaker {address} failed ({error}); its stream is "
               "started again."},
};

// The code must be in the table (our own bug otherwise).
[[nodiscard]] Reason make_reason(std::string_view code, std::string_view address = {},
                                 std::string_view adapter = {}, std::string_view error = {});

}  // namespace tandem
