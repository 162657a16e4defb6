// SPDX-License-Identifier: GPL-3.0-or-later
// Finds, connects, configures and acquires the configured sinks through BlueZ, and keeps doing so.
// Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tandem/bluez/sink_events.hpp"
#include "tandem/bluez/sink_machine.hpp"
#include "tandem/bus/loop.hpp"

namespace tandem {

class BusConnection;  // bus/connection.hpp

class SinkControl {
  public:
    // `bus` may be disconnected; sink control follows it as it comes and goes. `events` is called
    // from the loop only, never from inside these functions, and must outlive this object.
    SinkControl(Loop& loop, BusConnection& bus, SinkEvents& events, SinkPolicy policy = {});
    ~SinkControl();  // releases every transport and unregisters the end points (best effort)
    SinkControl(const SinkControl&) = delete;
    SinkControl& operator=(const SinkControl&) = delete;

    // Makes `sinks` the configured set. What did not change plays on untouched. Sinks that went
    // are released; a change of `stream` reconfigures all.
    void configure(std::vector<SinkTarget> sinks, const StreamTarget& stream);

    // While it rests no stream runs and nothing is paged; connections are kept.
    void rest(bool resting);

    // A released sink has no stream and no connection, and is not paged: other devices can have its
    // speaker. One that connects by itself is disconnected.
    void set_released(const std::string& sink, bool released);

    // What all sinks play is silence, until it is told otherwise: pages disturb nobody.
    void set_quiet(bool quiet);

    // The engine saw the socket of `sink` fail (errno `error`): the transport is to be released and
    // acquired anew.
    void link_failed(const std::string& sink, int error);
    // The stream of `sink` is to end and to be begun anew, at once: its speaker is not where it
    // was.
    void restart(const std::string& sink);
    // No packet has left for `sink` for a while although some wait; they leave again.
    void link_stalled(const std::string& sink);
    void link_moves(const std::string& sink);

    // Asks the speaker for a volume of 0 to 127; what it makes of it is told by `events`.
    void set_volume(const std::string& sink, int level);

    struct State;

    // Stops all streams and releases their transports, for the end of the process: `done` is called
    // once BlueZ has answered for all, after `limit` at the latest. Nothing is begun any more.
    void close(Duration limit, const std::function<void()>& done);

  private:
    std::unique_ptr<State> state_;
};

}  // namespace tandem
