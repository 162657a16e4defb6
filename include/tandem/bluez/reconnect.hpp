// SPDX-License-Identifier: GPL-3.0-or-later
// When a speaker that is away is to be paged, and for how long: events and time in, moments out.
// Pure. A page takes air from the sinks that play (5.12 s of it when nobody answers), so the rests
// between pages grow to almost a minute; signs of life cut them short. It never gives up.
// Thread: control.
#pragma once

#include "tandem/base/units.hpp"
#include "tandem/bus/backoff.hpp"

namespace tandem {

struct ReconnectPolicy {
    // After an attempt that failed. In the long run a page of 5.12 s a minute, 9 % of the time.
    BackoffPolicy rest{std::chrono::seconds(3), std::chrono::seconds(54)};
    // The longest rest while no other sink plays over that adapter, or only silence: nobody is
    // hurt. Not shorter: a controller that pages hears less of a speaker that pages us.
    Duration idle_rest{std::chrono::seconds(10)};
    // From the loss of a stream to the first attempt: the two sides have to agree that it is over.
    Duration after_loss{std::chrono::seconds(1)};
    // How long a speaker that has connected to us may take to open its stream itself: two sides
    // that open one at once collide. Linux takes a connection that has no channels down 2 s after
    // it was made or the last one was closed (HCI_DISCONN_TIMEOUT): an attempt made just then ends
    // as br-connection-canceled, and the next one is seconds away (measured: speakers that streamed
    // again after 7 and 8 s, with 2 s here).
    Duration its_turn{std::chrono::milliseconds(1700)};
    // The same after it has refused over a connection that stays.
    Duration after_refusal{std::chrono::milliseconds(1300)};
    // An attempt without a connection ends then. BlueZ 5.66 to 5.82, once a page has timed out,
    // goes on over LE for another 40 s (profiles fail with EHOSTDOWN, device_connect_le), in which
    // nobody pages: measured, a speaker was found 40 to 50 s after it was on.
    Duration page{std::chrono::seconds(6)};
    // An attempt that has a connection ends then: pairing and SDP take a few seconds at most.
    Duration attempt{std::chrono::seconds(20)};
};

class Reconnect {
  public:
    explicit Reconnect(const ReconnectPolicy& policy) : policy_(policy) {}

    // An attempt is due at once, and what failed before is forgotten: at the start, or when what
    // was in the way has gone.
    void begin(Time now);
    // The speaker was there a moment ago. `lasting`: its stream was worth the name.
    void on_lost(Time now, bool lasting);
    void on_attempt_began(Time now);
    void on_attempt_failed(Time now);
    // BlueZ or the speaker itself is at it already: no attempt was made.
    void on_attempt_postponed(Time now);
    // The speaker said no, and may be opening its stream itself.
    void on_attempt_refused(Time now);
    // It led to a connection and no stream: once more, at once.
    void on_attempt_in_vain(Time now) { due_ = idle_due_ = now; }
    // Signs of life: somebody's search found it, or it has connected to us. A dual-mode speaker
    // that is off may advertise over LE for ever, which looks the same from here as being found by
    // an inquiry: once a page in good faith was for nothing, no sighting counts until it was there.
    void on_seen(Time now);
    void on_connected(Time now);
    // Its stream is worth the name.
    void lasts() { short_streams_ = 0; }

    // When the next attempt is due. `air_in_use`: another sink plays sound over the same adapter.
    [[nodiscard]] Time due(bool air_in_use) const;
    // When a running attempt is to be ended.
    [[nodiscard]] Time limit(bool is_connected) const {
        return began_ + (is_connected ? policy_.attempt : policy_.page);
    }

  private:
    void rest(Time now, int failures);

    ReconnectPolicy policy_;
    Time due_{};
    Time idle_due_{};  // the same while nobody else plays
    Time began_{};     // the last attempt
    Time ended_{};
    bool hastened_ = false;  // the next attempt, by a sighting
    bool sightings_count_ = true;
    int failures_ = 0;       // attempts in a row that led to no stream
    int short_streams_ = 0;  // streams in a row that did not last
};

}  // namespace tandem
