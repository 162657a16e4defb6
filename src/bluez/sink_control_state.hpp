// SPDX-License-Identifier: GPL-3.0-or-later
// The inside of SinkControl: feeds each sink's machine with facts and does what it asks for.
// Private to the room. Thread: control.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tandem/bluez/endpoints.hpp"
#include "tandem/bluez/model.hpp"
#include "tandem/bluez/player.hpp"
#include "tandem/bluez/sink_control.hpp"

namespace tandem {

struct SinkControl::State {
    struct Sink {
        Sink(SinkTarget target_in, const SinkPolicy& policy_in)
            : target(std::move(target_in)), machine(target.address, policy_in) {}

        SinkTarget target;
        SinkMachine machine;
        std::string adapter;                // object path; empty: none fits
        std::string device;                 // object path; empty: unknown
        std::string transport;              // object path of our transport; empty: none
        std::string played;                 // the transport, once it has been acquired
        std::set<std::string> rejected_on;  // adapters whose key the speaker has rejected
        std::size_t refusals = 0;           // of configurations, in a row
        std::string paging_on;              // the adapter whose radio our Connect occupies
        bool trust_asked = false;
        bool released = false;
        bool started = false;       // stream_started was reported
        int delay = 0;              // reported last, tenths of a millisecond
        std::optional<int> volume;  // reported last
        Loop::Handle connect;
        Loop::Handle disconnect;
        Loop::Handle acquire;
        Loop::Handle starting;  // for as long as its first packets are not to be disturbed
        Loop::Handle reading;   // the transport's properties
        Loop::Handle read_later;
        Loop::Handle volume_set;
        Loop::Handle timer;
    };

    State(Loop& loop_in, BusConnection& bus_in, SinkEvents& events_in, const SinkPolicy& policy_in);

    // One pass over everything, soon; several calls make one pass.
    void reconcile_soon();
    void reconcile();

    // facts.cpp: what is
    [[nodiscard]] std::optional<Reason> common_obstacle() const;
    [[nodiscard]] SinkAccess adapter_access(const Sink& sink) const;
    [[nodiscard]] SinkAccess access_to(const Sink& sink) const;
    void locate(Sink& sink) const;
    [[nodiscard]] std::string find_adapter(const Sink& sink) const;
    [[nodiscard]] std::string find_device(const Sink& sink, const std::string& adapter) const;
    [[nodiscard]] SinkFacts facts_of(const Sink& sink) const;
    [[nodiscard]] bool is_connected(const Sink& sink) const;
    [[nodiscard]] bool accepts(const std::string& device) const;
    [[nodiscard]] bool old_streams_remain() const;

    // connecting.cpp: the way to the speakers
    void grant_pages();
    void connect(Sink& sink);
    void on_connect_answer(Sink& sink, const BusReply& reply);
    void learn_from(const BusError& error, const std::string& adapter, Sink& sink) const;
    void trust(Sink& sink);
    void cancel_connect(const Sink& sink);
    void disconnect(Sink& sink);
    void note_searches();

    // streams.cpp: what is done with their streams
    void acquire(Sink& sink);
    void on_acquired(Sink& sink, const BusReply& reply);
    void let_start(Sink& sink);
    void take_share(const Sink& sink, AcquiredTransport& transport);
    void stop(Sink& sink);
    void release(const std::string& transport);
    void close(Duration limit, const std::function<void()>& done);

    // speaker_reports.cpp: what they tell beside them
    void report_delay(Sink& sink);
    void report_volume(Sink& sink);
    void read_again(Sink& sink);
    void read_properties(Sink& sink);
    void set_volume(Sink& sink, int level);

    // sink_control.cpp: each sink's machine is stepped, obeyed and shown
    void step(Sink& sink);
    void perform(Sink& sink, SinkAction action);
    void tell(const std::string& name, std::function<void(SinkMachine&, Time)> what);
    void show(Sink& sink);
    void show_common();
    void show_sound();
    void arm(Sink& sink);
    void drop(Sink& sink);

    Loop& loop;
    BusConnection& bus;
    SinkEvents& events;
    SinkPolicy policy;
    StreamTarget stream;
    BluezModel model;
    std::map<std::string, std::unique_ptr<Sink>> sinks;  // by name
    Endpoints endpoints;
    Player player;
    std::set<std::string> searches_noted;  // adapters
    bool share_refused = false;            // and noted
    Loop::Handle connection;
    // Sinks that left the configuration: their streams end in the next pass, from the loop.
    std::vector<std::unique_ptr<Sink>> leaving;
    // The stream's settings changed: until then, at most, is waited for the old streams to end.
    std::optional<Time> ending_until;
    Loop::Handle ending_limit;
    bool resting = false;
    bool quiet = false;
    bool pending = false;
    bool closing = false;  // the transports are given back for good: nothing new is begun
    std::vector<Loop::Handle> releases;
    std::size_t unreleased = 0;
    Loop::Handle release_limit;
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
};

}  // namespace tandem
