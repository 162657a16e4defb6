// SPDX-License-Identifier: GPL-3.0-or-later
// The words for every reason that sink control can give, in one table: docs/troubleshooting.md is
// checked against it. Thread: any.
#pragma once

#include <array>
#include <string_view>

#include "tandem/bluez/sink_state.hpp"

namespace tandem {

// In both texts, {address} is the speaker, {adapter} "hci0", and {error} what BlueZ or the kernel
// said.
struct ReasonText {
    ReasonCode code;
    std::string_view word;      // stable: in status, journal and docs
    std::string_view sentence;  // what has happened, and where
    std::string_view remedy;    // what to do; empty: nothing
};

inline constexpr std::array kReasonTexts{
    ReasonText{ReasonCode::bus_lost, "bus-lost",
               "The system message bus is away ({error}), so BlueZ cannot be reached",
               "see \"systemctl status dbus\"; it is tried again"},
    ReasonText{ReasonCode::bluetooth_missing, "bluetooth-missing",
               "BlueZ does not run (nobody owns org.bluez)",
               "start it with \"systemctl start bluetooth\""},
    ReasonText{ReasonCode::bluetooth_silent, "bluetooth-silent",
               "BlueZ runs but does not answer ({error}); it is asked again",
               "if that lasts, restart it with \"systemctl restart bluetooth\""},
    ReasonText{ReasonCode::access_denied, "access-denied",
               "BlueZ may not be used by this user ({error})",
               "run as root or as a member of the group bluetooth"},
    ReasonText{ReasonCode::media_missing, "media-missing",
               "BlueZ offers no audio over {adapter} (no org.bluez.Media1), so no speaker can play",
               "run bluetoothd with its a2dp plugin (without \"-P a2dp\", and not built without "
               "A2DP), then \"systemctl restart bluetooth\""},
    ReasonText{ReasonCode::endpoint_refused, "endpoint-refused",
               "BlueZ refused the A2DP end points on {adapter} ({error})",
               "see \"journalctl -u bluetooth\"; it is tried again"},
    ReasonText{ReasonCode::adapter_missing, "adapter-missing",
               "The Bluetooth adapter {adapter} for speaker {address} is not there",
               "plug it in, or correct \"adapter\" in the config"},
    ReasonText{ReasonCode::adapter_off, "adapter-off",
               "The Bluetooth adapter {adapter} is switched off", "run \"bluetoothctl power on\""},
    ReasonText{ReasonCode::adapter_blocked, "adapter-blocked",
               "The Bluetooth adapter {adapter} is blocked by rfkill",
               "run \"rfkill unblock bluetooth\""},
    ReasonText{ReasonCode::search_running, "search-running",
               "A program on this machine searches for Bluetooth devices over {adapter} while "
               "speakers play, which makes them stutter",
               "close Bluetooth settings panels and end \"bluetoothctl scan\""},
    ReasonText{ReasonCode::controller_hidden, "controller-hidden",
               "Tandem may not see what the controller of {adapter} has sent ({error}), and a "
               "speaker that goes out of range can silence the others for up to 20 s",
               "run it by tandem.service, or as root"},
    ReasonText{ReasonCode::not_paired, "not-paired",
               "Speaker {address} is not paired on this machine",
               "put it in pairing mode and run \"tandemctl pair {address}\""},
    ReasonText{ReasonCode::unreachable, "unreachable",
               "Speaker {address} does not answer (off, out of range or connected to something "
               "else)",
               "switch it on; it is tried again"},
    ReasonText{ReasonCode::connection_lost, "connection-lost",
               "Speaker {address} went away (switched off, out of range or taken by another "
               "device); it is tried again",
               ""},
    ReasonText{ReasonCode::key_rejected, "key-rejected",
               "Speaker {address} has forgotten this machine ({error})",
               "put it in pairing mode and run \"tandemctl pair {address}\""},
    ReasonText{ReasonCode::connection_busy, "connection-busy",
               "Speaker {address} cannot be connected because another attempt is said to be under "
               "way ({error}); if that lasts it is disconnected and connected anew",
               ""},
    ReasonText{ReasonCode::waiting_turn, "waiting-turn",
               "Speaker {address} has not been tried yet, because another speaker is being "
               "connected over {adapter}; it is next",
               ""},
    ReasonText{ReasonCode::connect_failed, "connect-failed",
               "Speaker {address} could not be connected ({error})",
               "switch it off and on; it is tried again"},
    ReasonText{ReasonCode::stream_refused, "stream-refused",
               "Speaker {address} is connected but refused the audio stream ({error})",
               "end what else it plays, or switch it off and on; it is connected anew"},
    ReasonText{ReasonCode::rate_refused, "rate-refused",
               "Speaker {address} offers this sample rate but has refused every configuration with "
               "it ({error})",
               "set the other rate (44100 or 48000) in [capture], or switch the speaker off and "
               "on; it is connected anew"},
    ReasonText{ReasonCode::no_free_end_point, "no-free-end-point",
               "Speaker {address} is connected but offers no free audio end point ({error})",
               "disconnect the other device that plays on it, or it is no A2DP speaker; it is "
               "connected anew"},
    ReasonText{ReasonCode::wrong_role, "wrong-role",
               "Speaker {address} acts as a source of sound and not as a speaker ({error})",
               "switch it to receiving Bluetooth; it is connected anew"},
    ReasonText{ReasonCode::no_common_codec, "no-common-codec",
               "Speaker {address} and Tandem have no SBC configuration in common", "{error}"},
    ReasonText{ReasonCode::not_configured, "not-configured",
               "Speaker {address} is connected but opened no audio stream",
               "switch it off and on; it is connected anew"},
    ReasonText{ReasonCode::claimed_elsewhere, "claimed-elsewhere",
               "Speaker {address} is used by another program on this machine (PipeWire, "
               "PulseAudio or BlueALSA)",
               "stop that program's Bluetooth audio"},
    ReasonText{ReasonCode::acquire_failed, "acquire-failed",
               "Speaker {address} refused to start its stream ({error}); it is tried again", ""},
    ReasonText{ReasonCode::transport_stuck, "transport-stuck",
               "The stream of speaker {address} is stuck in BlueZ (active without an owner); it is "
               "disconnected and connected anew",
               ""},
    ReasonText{ReasonCode::mtu_too_small, "mtu-too-small",
               "Speaker {address} takes packets too small for one SBC frame ({error}); it is "
               "connected anew",
               ""},
    ReasonText{ReasonCode::suspended, "suspended",
               "Speaker {address} suspended the stream (a call, another source or a button); it "
               "is started again",
               ""},
    ReasonText{ReasonCode::begun_anew, "begun-anew",
               "The link to speaker {address} was shut for longer than the speaker's buffer lasts; "
               "its stream begins anew, so that it is in step again",
               ""},
    ReasonText{ReasonCode::link_stalled, "link-stalled",
               "Speaker {address} takes no sound any more (out of range, or without power)",
               "bring it nearer or switch it on; it plays on when it answers"},
    ReasonText{ReasonCode::link_slow, "link-slow",
               "The radio link to speaker {address} does not keep up and plays at less quality "
               "for a while ({error})",
               "move it nearer, or Wi-Fi away from 2.4 GHz"},
    ReasonText{ReasonCode::idle, "idle",
               "The input is silent, so the stream of speaker {address} rests; it is started "
               "again with the first sound",
               ""},
    ReasonText{ReasonCode::released, "released", "Speaker {address} is released for other devices",
               "\"tandemctl take\" ends that"},
    ReasonText{ReasonCode::link_failed, "link-failed",
               "Sending to speaker {address} failed ({error}); its stream is started again", ""},
    ReasonText{ReasonCode::volume_refused, "volume-refused",
               "Speaker {address} was not set to the volume asked for ({error})",
               "use its buttons"},
};

// "" for none. `reason_of` is the inverse; what it does not know is ReasonCode::unknown.
[[nodiscard]] std::string_view word_of(ReasonCode code);
[[nodiscard]] ReasonCode reason_of(std::string_view word);

// `code` must be in the table (our own bug otherwise).
[[nodiscard]] Reason make_reason(ReasonCode code, std::string_view address = {},
                                 std::string_view adapter = {}, std::string_view error = {});

}  // namespace tandem
