// SPDX-License-Identifier: GPL-3.0-or-later
// The seam between sink control (BlueZ) and the bridge that owns the engine. Thread: control.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tandem/a2dp/profile.hpp"
#include "tandem/a2dp/sbc_config.hpp"
#include "tandem/base/owned_fd.hpp"
#include "tandem/base/units.hpp"
#include "tandem/bluez/link_meter.hpp"
#include "tandem/bluez/sink_state.hpp"
#include "tandem/link/acl_window.hpp"

namespace tandem {

// A transport that was acquired: what the engine needs to send.
struct AcquiredTransport {
    OwnedFd socket;             // L2CAP SEQPACKET: one write is one media packet
    std::size_t write_mtu = 0;  // takes a packet with one SBC frame at least
    SbcConfig config;
    std::optional<AclWindow> window{};     // its share of the controller, where that can be seen
    std::optional<ControllerLink> link{};  // where the socket has a controller
    bool new_connection = false;           // it is the first stream of its connection
};

// What sink control reports; the bridge implements it. `sink` is the sink's name in the config.
class SinkEvents {
  public:
    virtual ~SinkEvents() = default;
    // The state and its reason, after whatever may have changed them: often the same as before.
    virtual void state_changed(const std::string& sink, SinkState state, const Reason& reason) = 0;
    // Packets may be sent from now on.
    virtual void stream_started(const std::string& sink, AcquiredTransport transport) = 0;
    // The transport is gone or about to be released: when this returns nothing uses its socket.
    virtual void stream_stopped(const std::string& sink) = 0;
    // AVDTP delay report (MediaTransport1.Delay) as it came, sane or not: what is known when a
    // stream starts, then each change.
    virtual void delay_reported(const std::string& sink, Duration latency) = 0;
    // The volume that the speaker has (0 to 127), at each change; nullopt: its connection is gone.
    // Nothing is told of a speaker without absolute volume.
    virtual void volume_reported(const std::string& sink, std::optional<int> level) = 0;
    // Trouble that belongs to no single sink ("bluetooth-missing", "bus-lost", ...); an empty
    // code says that the one before has healed. Often the same as before.
    virtual void bluetooth_changed(const Reason& reason) = 0;
    // What is no state of ours, but spoils the sound: worth one line in the journal.
    virtual void noticed(const Reason& what) = 0;
};

// One configured Bluetooth sink, as sink control needs it.
struct SinkTarget {
    std::string name;
    std::string address;  // "AA:BB:CC:DD:EE:FF", upper case
    std::string adapter;  // "" = any, else "hci0" or the adapter's address
    bool operator==(const SinkTarget&) const = default;
};

struct StreamTarget {
    SampleRate rate{48000};
    Profile profile = Profile::balanced;
    std::optional<int> bitpool;  // nullopt = auto
    bool operator==(const StreamTarget&) const = default;
};

}  // namespace tandem
