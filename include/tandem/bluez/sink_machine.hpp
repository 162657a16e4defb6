// SPDX-License-Identifier: GPL-3.0-or-later
// One sink's way from absent to streaming and back: facts, answers and time in, actions out.
// Pure: no bus, no clock, no thread of its own. Level-triggered: it compares what is with what
// should be, so a missed or doubled notice does no harm.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tandem/base/units.hpp"
#include "tandem/bluez/reconnect.hpp"
#include "tandem/bluez/sink_state.hpp"
#include "tandem/bus/backoff.hpp"
#include "tandem/bus/object.hpp"

namespace tandem {

struct SinkPolicy {
    ReconnectPolicy reconnect;
    BackoffPolicy registering{std::chrono::seconds(2), std::chrono::seconds(60)};  // end points
    BackoffPolicy acquire{std::chrono::milliseconds(500), std::chrono::seconds(30)};
    // Whoever suspends stream upon stream plays something else on it, a telephone for example: it
    // is asked again after 0.5, 4, 32 and then each 60 s, until a stream lasts.
    BackoffPolicy yield{std::chrono::milliseconds(500), std::chrono::seconds(60)};
    Duration in_progress{std::chrono::milliseconds(150)};  // BlueZ asks for a moment
    // Connected, but no transport yet: then it is connected once more. BlueZ answers so without
    // having opened a stream while that of an earlier run is still being closed, for a second.
    Duration configuring{std::chrono::milliseconds(1300)};
    int configuring_tries = 7;                  // then disconnect and connect anew
    Duration stable{std::chrono::seconds(10)};  // a stream this old wipes out earlier failures
    // A stall this long ends in a disconnect. BlueZ notices a speaker that is gone by itself, at
    // the link supervision timeout of 20 s; a link that lives on and carries nothing it does not
    // (bluez#2485).
    Duration stall{std::chrono::seconds(25)};
    // From a connection to its first stream, and from there on, nobody is paged for so long: the
    // packets that start the speaker are not to wait for air.
    Duration start{std::chrono::seconds(1)};
    int acquire_tries = 4;  // then disconnect and connect anew
    // "Busy" is believed so often in a row; then it is disconnected and connected from here.
    int busy_tries = 3;
    // And after refusals: one that was just switched on, or restarts, is not ready for a second.
    int refused_tries = 3;
    int in_progress_tries = 40;  // of Acquire, the same
    // Nothing but streaming goes on for longer without a reason that is shown.
    Duration unexplained{std::chrono::seconds(20)};
};

enum class TransportState { idle, pending, active };

// Whether a sink may be paged and played to.
struct SinkAccess {
    enum class Way {
        open,
        not_yet,     // BlueZ is being asked what there is, or is setting up what we have asked for
        obstructed,  // adapter off, not paired, ...
        resting,     // the input is silent, and the streams are given back for that long
        released,    // the user wants other devices to have the speaker
    };
    Way way = Way::open;
    Reason why{};  // what is to be shown; where it is not yet open, once that lasts
};

// The world as this sink sees it.
struct SinkFacts {
    SinkAccess access;
    std::string adapter;      // "hci0"
    bool connected = false;   // Device1.Connected
    int seen = 0;             // how often somebody's search found it
    bool air_in_use = false;  // another sink plays over the same adapter
    bool quiet = false;       // what it plays is silence
    std::string transport;    // object path of our transport, empty: none
    TransportState transport_state = TransportState::idle;
    int transport_ended = 0;         // how often it left "active"
    bool claimed_elsewhere = false;  // another program has a transport of this device
    bool plays_to_us = false;        // it has connected as a source, and this machine is its sink
    std::string refusal;             // why SelectConfiguration was refused, empty: it was not
    bool asked = false;              // SelectConfiguration came since the last page began
    bool last_choice = false;        // and what was chosen then was the last that was left
};

// `cancel` ends a running `connect`, which answers all the same.
enum class SinkAction { connect, cancel, disconnect, acquire, stop, release };

class SinkMachine {
  public:
    SinkMachine(std::string address, const SinkPolicy& policy);

    // Each brings the machine up to date; what is to be done then waits in take_actions().
    void update(const SinkFacts& facts, Time now);
    void on_connect_done(const std::optional<BusError>& error, Time now);
    void on_disconnect_done(Time now);
    void on_acquire_done(const std::optional<BusError>& error, Time now);
    void on_acquire_unfit(const Reason& why, Time now);  // acquired, but of no use
    void on_link_failed(const std::string& error, Time now);
    // No packet leaves any more; they leave again.
    void on_link_stalled(Time now);
    void on_link_moves(Time now);
    // Ends the stream and acquires its transport anew: the speaker empties itself.
    void restart(Time now);

    // Whether a page is due; the caller answers with start_connect when the adapter is free.
    [[nodiscard]] bool wants_connect(Time now) const;
    void start_connect(Time now);

    [[nodiscard]] std::vector<SinkAction> take_actions();
    // When update() is to be called again at the latest.
    [[nodiscard]] std::optional<Time> wake_up() const;
    [[nodiscard]] SinkState state() const { return state_; }
    [[nodiscard]] const Reason& reason() const { return reason_; }
    // Whether an attempt is running that is still of use.
    [[nodiscard]] bool is_connecting() const {
        return phase_ == Phase::paging || phase_ == Phase::cancelling;
    }
    [[nodiscard]] Time page_due() const {
        return reconnect_.due(facts_.air_in_use && !facts_.quiet);
    }

  private:
    enum class Phase {
        barred,         // the way to the sink is not open
        waiting,        // until page_due(), for the next page
        paging,         // Connect is running
        cancelling,     // Connect is being ended
        configuring,    // connected, waiting until due_ for a transport
        acquiring,      // Acquire is running
        acquire_later,  // until due_, for the next Acquire
        streaming,
        stalled,        // streaming, but nothing leaves; until due_
        disconnecting,  // Disconnect is running
    };

    void show(SinkState state, Reason reason = {});
    void follow(const SinkFacts& facts, Time now);
    void explain(Time now);
    [[nodiscard]] Reason why_it_lasts() const;
    [[nodiscard]] std::optional<Time> next_step() const;
    [[nodiscard]] bool is_streaming() const {
        return phase_ == Phase::streaming || phase_ == Phase::stalled;
    }
    void on_barred(bool newly);
    void wait();
    void follow_attempt(Time now);
    void cancel_page();
    void follow_sound(bool sound_came, Time now);
    void follow_transport(Time now);
    void start_acquire();
    void settle_streaming(Time now);
    void acquire_later(Time now, Duration rest);
    void give_up_transport(const Reason& why);
    void lose_transport(Time now);
    void refused(const Reason& why, Time now);
    void on_busy(const Reason& why, Time now);
    void configuring_timed_out(Time now);
    void leave_to_the_other(Time now);
    [[nodiscard]] Reason reason_for(const BusError& error) const;
    [[nodiscard]] Reason reason(ReasonCode code, std::string_view error = {}) const;

    std::string address_;
    SinkPolicy policy_;
    Reconnect reconnect_;
    SinkFacts facts_;
    Phase phase_ = Phase::waiting;
    SinkState state_ = SinkState::absent;
    Reason reason_;
    Time due_{};
    std::optional<Time> streaming_since_;
    std::string acquired_from_;  // the transport that acquiring or streaming is about
    // Of this transport, when it was acquired. State itself tells nothing at that moment: Acquire
    // answers before it turns to active.
    int ended_before_ = 0;
    int acquire_failures_ = 0;
    int suspensions_ = 0;           // in a row, of streams that did not last
    int acquires_in_progress_ = 0;  // answers in a row
    int busy_answers_ = 0;          // in a row, to ConnectProfile
    std::optional<Time> unexplained_since_;
    int unconfigured_ = 0;  // connections in a row that brought no transport
    int refusals_ = 0;      // in a row, over a connection that is still there
    std::vector<SinkAction> actions_;
};

}  // namespace tandem
