// SPDX-License-Identifier: GPL-3.0-or-later
// A bluetoothd without radio: its own connection, in its own thread. It behaves as BlueZ 5.82 in
// what matters here: one stream an end point, which cannot be unregistered while the stream is
// active, errors by BlueZ's names, Acquire answering before State changes, a delay only for end
// points that asked for DelayReporting.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "dbus/wire.hpp"
#include "tandem/base/owned_fd.hpp"

namespace tandem::testing {

inline const std::string kLeft = "AA:00:00:00:00:01";
inline const std::string kRight = "AA:00:00:00:00:02";

struct FakeSpeaker {
    std::string address;
    std::string adapter = "hci0";
    bool known = true;  // BlueZ has an object for it
    bool paired = true;
    bool trusted = true;
    bool reachable = true;
    bool connected = false;
    Octets capabilities{0xff, 0xff, 2, 53};
    std::uint16_t delay = 0;      // tenths of a millisecond, reported after the stream started
    int acquire_in_progress = 0;  // so many Acquires are answered InProgress first
    bool dual_mode = false;       // a page that timed out goes on over LE, without an answer
    bool refuses = false;         // the configuration
    Octets takes_only{};          // refuses every configuration but this; empty: takes any
    bool key_forgotten = false;   // until it is paired again
    bool busy = false;            // for ConnectProfile, until Disconnect
    bool end_point_free = true;
    std::string name = "Fake speaker";
    std::uint32_t kind = 0x240414;  // class of device: a loudspeaker
    bool discoverable = true;
    std::int16_t rssi = -60;
    bool as_source = false;  // it plays to this machine, and has no sink
    // 0 to 127, told over AVRCP after the stream started; nullopt: no absolute volume
    std::optional<std::uint16_t> volume{};
    std::uint16_t volume_step = 1;  // it rounds down to multiples of this
    bool answers_volume = true;     // to a request for a volume, at once
    bool refuses_volume = false;    // with an error
    bool signals_delay = true;      // BlueZ 5.83 and 5.84 do not
};

class FakeBluez {
  public:
    explicit FakeBluez(std::string address);
    ~FakeBluez();
    FakeBluez(const FakeBluez&) = delete;
    FakeBluez& operator=(const FakeBluez&) = delete;

    // Set up before start().
    void add_adapter(const std::string& name, const std::string& address, bool powered = true);
    void add_speaker(FakeSpeaker speaker);
    // BlueZ has another object for the speaker, with a key that the speaker has forgotten.
    void add_stale_bond(const std::string& adapter, const std::string& speaker);
    void set_media(const std::string& adapter, bool media);  // whether it has org.bluez.Media1

    void start();  // connects and owns org.bluez
    void stop();   // its connection ends, as when bluetoothd dies; streams and end points with it

    // The world changes. Each returns when the change is on the bus.
    void set_powered(const std::string& adapter, bool powered);
    void switch_off(const std::string& speaker);  // link lost, no longer reachable
    void switch_on(const std::string& speaker);
    void set_paired(const std::string& speaker, bool paired);
    void report_delay(const std::string& speaker, std::uint16_t tenths_of_ms);
    void suspend(const std::string& speaker);               // by the speaker: the owner is removed
    void stick(const std::string& speaker);                 // active, and nobody owns it
    void connect_from_speaker(const std::string& speaker);  // incoming, configured by the speaker
    // Pulled out with all its end points and streams, and plugged in again as another hciN.
    void rename_adapter(const std::string& from, const std::string& to);
    void claim(const std::string& speaker, bool by_another);  // a transport we did not ask for
    void set_refuses(const std::string& speaker, bool refuses);
    void set_end_point_free(const std::string& speaker, bool is_free);
    void set_as_source(const std::string& speaker, bool as_source);
    // Every packet at once, one at a time with a rest between, or none.
    enum class Hearing { good, slow, none };
    void set_hearing(const std::string& speaker, Hearing hearing);
    void search(const std::string& adapter, bool on);  // by another program
    void announce_devices(int count);                  // as a search on a flooded air does
    void press(const std::string& speaker, std::uint16_t volume);  // a button of the speaker
    void answer_volume(const std::string& speaker);  // to the newest request, which it had not
    void set_acquire_in_progress(const std::string& speaker, int times);
    void lose_volume(const std::string& speaker);  // the property is invalidated

    // What was seen.
    [[nodiscard]] std::size_t endpoints(const std::string& adapter);
    [[nodiscard]] std::size_t transports();
    [[nodiscard]] int disconnects(const std::string& speaker);
    // Requests for a volume, in their order.
    [[nodiscard]] std::vector<std::uint16_t> volumes_asked(const std::string& speaker);
    [[nodiscard]] int pages(const std::string& speaker);
    // What clients chose to configure, in its order.
    [[nodiscard]] std::vector<Octets> configurations(const std::string& speaker);
    [[nodiscard]] int removals();
    // Of the registered player; empty: there is none.
    [[nodiscard]] std::string playback_status();
    [[nodiscard]] bool overlapping_pages();
    [[nodiscard]] int discoveries();
    [[nodiscard]] bool discovering();
    [[nodiscard]] bool agent_registered();
    [[nodiscard]] bool paired(const std::string& speaker);
    [[nodiscard]] bool trusted(const std::string& speaker);
    [[nodiscard]] bool known(const std::string& speaker);
    [[nodiscard]] std::string transport_path(const std::string& speaker);
    [[nodiscard]] std::string endpoint_path(const std::string& speaker);
    // The next packet that arrived over the speaker's socket; empty: none waits.
    [[nodiscard]] Octets receive(const std::string& speaker);
    // Calls `member` on a client's object as org.bluez would, with any arguments; gives the
    // error's name, or "" when it was answered well.
    [[nodiscard]] std::string call_client(const std::string& path, const std::string& interface,
                                          const std::string& member,
                                          const std::vector<WireValue>& arguments);

  private:
    struct Adapter {
        std::string address;
        bool powered = true;
        bool paging = false;
        bool media = true;
    };
    struct Endpoint {
        std::string owner;
        std::string path;
        std::string adapter;
        bool delay_reporting = false;
        std::string transport;  // empty: free
        bool leaving = false;   // unregistered under an active stream: stays until that ends
    };
    struct Transport {
        std::string speaker;
        std::string endpoint;
        std::string owner;
        std::string state = "idle";
        std::uint16_t delay = 0;
        std::optional<std::uint16_t> volume{};  // as BlueZ knows it
        Octets configuration;
        OwnedFd peer;
        std::list<Octets> heard;  // what has arrived, the newest of it
        Hearing hearing = Hearing::good;
        std::chrono::steady_clock::time_point hears_again{};  // Hearing::slow
    };
    using Answered = std::function<void(DBusMessage*)>;

    void in_thread(const std::function<void()>& work);
    void run();
    void close();
    void listen();
    static void listen(Transport& transport);
    static DBusHandlerResult filter(DBusConnection*, DBusMessage* message, void* data);
    static void answered(DBusPendingCall* call, void* data);
    bool handle(DBusMessage* message);
    void client_left(const std::string& name);

    void get_managed_objects(DBusMessage* call);
    void register_endpoint(DBusMessage* call);
    void unregister_endpoint(DBusMessage* call);
    void connect_profile(DBusMessage* call, FakeSpeaker& speaker);
    void disconnect(DBusMessage* call, FakeSpeaker& speaker);
    void page_ended(FakeSpeaker& speaker, DBusMessage* call, const char* error);
    void configure(FakeSpeaker& speaker, Endpoint& endpoint, Octets configuration,
                   const std::function<void(bool)>& done);
    void acquire(DBusMessage* call, const std::string& path);
    void release(DBusMessage* call, const std::string& path);
    void register_player(DBusMessage* call);
    void player_changed(DBusMessage* signal);
    [[nodiscard]] const char* connect_fault(const FakeSpeaker& speaker) const;
    void get_all(DBusMessage* call, const std::string& path);
    void set_volume(DBusMessage* call, const std::string& path);
    void take_volume(FakeSpeaker& speaker, std::uint16_t volume);
    bool handle_pairing(DBusMessage* call, const std::string& path);
    void pair(DBusMessage* call, FakeSpeaker& speaker);
    bool remove_device(DBusMessage* call);

    void reply(DBusMessage* call);
    void fail(DBusMessage* call, const std::string& error, const std::string& text = {});
    void send(Message message);
    void call(Message message, Answered done);
    void changed(const std::string& path, const std::string& interface,
                 const Properties& properties, const std::vector<std::string>& invalidated = {});
    void added(const std::string& path, const Interfaces& interfaces);
    void removed(const std::string& path, const std::string& interface);
    void remove_transport(const std::string& path);
    void drop_link(FakeSpeaker& speaker);
    void set_state(const std::string& path, const std::string& state);
    [[nodiscard]] Endpoint* free_endpoint(const std::string& adapter);
    [[nodiscard]] std::string path_of(const FakeSpeaker& speaker) const;
    [[nodiscard]] FakeSpeaker* speaker_at(const std::string& path);
    [[nodiscard]] std::string transport_of(const std::string& speaker) const;
    [[nodiscard]] Properties properties_of(const Transport& transport) const;
    [[nodiscard]] Interfaces interfaces_of(const FakeSpeaker& speaker) const;

    std::string bus_address_;
    std::map<std::string, Adapter> adapters_;
    std::map<std::string, FakeSpeaker> speakers_;
    std::map<std::string, Endpoint> endpoints_;    // by client path
    std::map<std::string, Transport> transports_;  // by object path
    std::map<std::string, int> pages_;
    std::map<std::string, int> disconnects_;
    std::map<std::string, std::vector<std::uint16_t>> volumes_asked_;
    std::map<std::string, DBusMessage*> over_le_;  // Connects that go on over LE, by speaker
    std::map<std::string, std::vector<Octets>> configurations_;
    std::map<std::string, Interfaces> stale_bonds_;  // by object path
    std::string playback_status_;
    int removals_ = 0;
    std::string agent_;  // its owner
    int next_fd_ = 0;
    int discoveries_ = 0;
    bool discovering_ = false;
    bool overlapping_ = false;
    DBusConnection* connection_ = nullptr;
    std::thread thread_;
    std::atomic<bool> stopping_{false};
    std::mutex work_mutex_;
    std::list<std::function<void()>> work_;
};

}  // namespace tandem::testing
