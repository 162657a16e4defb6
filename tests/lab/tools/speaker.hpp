// SPDX-License-Identifier: GPL-3.0-or-later
// A Bluetooth speaker on one adapter: offers an SBC sink, takes the stream, reports a latency, and
// plays into the room if it has a place there.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "bus.hpp"
#include "room_player.hpp"

namespace lab {

struct SpeakerOptions {
    std::string adapter;                       // hci1
    std::string alias;                         // what a phone would show
    std::uint16_t delay_tenths{1500};          // the reported latency in 0.1 ms, the unit of AVDTP
    std::array<std::uint8_t, 4> capabilities;  // SBC capability octets
    bool reconnects{};  // connects to the bridge when it is switched on, as most speakers do
    std::string room;   // the PCM it plays into; empty: what it takes is not played
    PlayoutOptions playout;
};

class Speaker {
  public:
    Speaker(SpeakerOptions options, sd_bus* bus, sd_event* event);

    void power(bool on);
    void set_reconnects(bool reconnects) { options_.reconnects = reconnects; }
    void report_delay(std::uint16_t tenths);
    // As by its own buttons: 0 to 127, the scale of AVRCP. What the bridge asks for is printed.
    void press_volume(std::uint16_t level);
    // Pairing mode: takes the next one who asks, also one whom it knows.
    void begin_pairing();
    // Lets go of the stream as a speaker does whose owner pressed pause.
    void release();
    // From the next stream on.
    void set_kind(const std::string& kind);

  private:
    static int select_configuration(sd_bus_message*, void*, sd_bus_error*);
    static int set_configuration(sd_bus_message*, void*, sd_bus_error*);
    static int clear_configuration(sd_bus_message*, void*, sd_bus_error*);
    static int endpoint_released(sd_bus_message*, void*, sd_bus_error*);
    static int properties_changed(sd_bus_message*, void*, sd_bus_error*);
    static int acquired(sd_bus_message*, void*, sd_bus_error*);
    static int packet_waits(sd_event_source*, int fd, std::uint32_t events, void*);
    static const sd_bus_vtable kEndpoint[];

    bool set_up();
    bool set_adapter(const char* property, const char* type, const void* value);
    bool register_endpoint();
    void trust(const char* device);
    void call_bridge();
    static int bridge_called(sd_bus_message*, void*, sd_bus_error*);
    void acquire();
    void take_stream(int fd, std::uint16_t mtu);
    void count_packets(int fd);
    void stop_stream();
    void drop_stream();
    void write_delay();
    void show_change(const char* property, sd_bus_message* message);

    SpeakerOptions options_;
    sd_bus* bus_;
    sd_event* event_;
    std::string adapter_path_;
    std::string endpoint_path_;
    std::string transport_;  // empty while not configured
    std::string bridge_;     // the device that configured it last; empty: none yet
    int calls_left_{};
    SourcePtr later_;   // the next call
    SourcePtr stream_;  // owns its file descriptor
    std::unique_ptr<RoomPlayer> player_;
    std::uint64_t packets_{};
    bool powered_{true};
    bool registered_{};
    BluezWatch watch_;  // last: it calls set_up at once, with all the others in place
};

}  // namespace lab
