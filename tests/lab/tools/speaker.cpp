// SPDX-License-Identifier: GPL-3.0-or-later
#include "speaker.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace lab {

namespace {
constexpr const char* kTransport = "org.bluez.MediaTransport1";

int set_property(sd_bus* bus, const std::string& path, const char* interface, const char* property,
                 const char* type, const void* value, BusError& error) {
    sd_bus_message* raw = nullptr;
    check(sd_bus_message_new_method_call(bus, &raw, kBluez, path.c_str(),
                                         "org.freedesktop.DBus.Properties", "Set"),
          "message");
    const MessagePtr call{raw};
    check(sd_bus_message_append(raw, "ss", interface, property), "message");
    check(sd_bus_message_open_container(raw, 'v', type), "message");
    check(sd_bus_message_append_basic(raw, *type, value), "message");
    check(sd_bus_message_close_container(raw), "message");
    return sd_bus_call(bus, raw, 0, &error.value, nullptr);
}
}  // namespace

Speaker::Speaker(SpeakerOptions options, sd_bus* bus, sd_event* event)
    : options_{std::move(options)},
      bus_{bus},
      event_{event},
      adapter_path_{"/org/bluez/" + options_.adapter},
      endpoint_path_{"/tandem/lab/" + options_.adapter},
      watch_{bus, event, [this] { return set_up(); },
             [this] {
                 registered_ = false;
                 drop_stream();
             }} {
    if (!options_.room.empty())
        player_ = std::make_unique<RoomPlayer>(options_.room, options_.playout);
    check(sd_bus_add_object_vtable(bus_, nullptr, endpoint_path_.c_str(),
                                   "org.bluez.MediaEndpoint1", kEndpoint, this),
          "cannot offer the end point");
    check(sd_bus_match_signal(bus_, nullptr, kBluez, nullptr, "org.freedesktop.DBus.Properties",
                              "PropertiesChanged", properties_changed, this),
          "cannot watch BlueZ");
}

// True when nothing is left to do; called again until then.
bool Speaker::set_up() {
    if (!powered_ || registered_) return true;
    const int yes = 1;
    const int no = 0;
    if (!set_adapter("Powered", "b", &yes) || !set_adapter("Alias", "s", options_.alias.c_str()) ||
        !set_adapter("DiscoverableTimeout", "u", &no) || !set_adapter("Discoverable", "b", &yes) ||
        !set_adapter("Pairable", "b", &yes) || !register_endpoint()) {
        return false;
    }
    registered_ = true;
    std::printf("speaker %s: ready\n", options_.adapter.c_str());
    return true;
}

bool Speaker::set_adapter(const char* property, const char* type, const void* value) {
    BusError error;
    if (set_property(bus_, adapter_path_, "org.bluez.Adapter1", property, type, value, error) >=
        0) {
        return true;
    }
    std::fprintf(stderr, "speaker %s: %s: %s, trying again\n", options_.adapter.c_str(), property,
                 error.text());
    return false;
}

// Otherwise the agent is asked at each connection, and BlueZ asks it one question at a time: of two
// speakers that connect at once one is refused.
void Speaker::trust(const char* device) {
    sd_bus_message* raw = nullptr;
    check(sd_bus_message_new_method_call(bus_, &raw, kBluez, device,
                                         "org.freedesktop.DBus.Properties", "Set"),
          "message");
    const MessagePtr call{raw};
    check(sd_bus_message_append(raw, "ssv", "org.bluez.Device1", "Trusted", "b", 1), "message");
    check(sd_bus_call_async(bus_, nullptr, raw, nullptr, nullptr, 0), "message");
}

// Once a second until it is there, ten times: what a speaker does that was switched on.
void Speaker::call_bridge() {
    if (!powered_ || bridge_.empty() || !transport_.empty() || calls_left_ == 0) return;
    --calls_left_;
    constexpr const char* kSourceUuid = "0000110a-0000-1000-8000-00805f9b34fb";
    check(sd_bus_call_method_async(bus_, nullptr, kBluez, bridge_.c_str(), "org.bluez.Device1",
                                   "ConnectProfile", bridge_called, this, "s", kSourceUuid),
          "message");
}

int Speaker::bridge_called(sd_bus_message* message, void* self, sd_bus_error*) {
    auto* speaker = static_cast<Speaker*>(self);
    const sd_bus_error* error = sd_bus_message_get_error(message);
    std::printf("speaker %s: connecting to the bridge: %s\n", speaker->options_.adapter.c_str(),
                error != nullptr ? error->message : "done");
    if (error == nullptr) return 0;
    sd_event_source* source = nullptr;
    constexpr std::uint64_t kSecondUs = 1'000'000;
    check(sd_event_add_time_relative(
              speaker->event_, &source, CLOCK_MONOTONIC, kSecondUs, 0,
              [](sd_event_source*, std::uint64_t, void* again) {
                  static_cast<Speaker*>(again)->call_bridge();
                  return 0;
              },
              speaker),
          "cannot set a timer");
    speaker->later_.reset(source);
    return 0;
}

int Speaker::properties_changed(sd_bus_message* message, void* self, sd_bus_error*) {
    auto* speaker = static_cast<Speaker*>(self);
    const char* interface = nullptr;
    check(sd_bus_message_read(message, "s", &interface), "bad signal");
    const char* path = sd_bus_message_get_path(message);
    if (std::strcmp(interface, kTransport) != 0 || speaker->transport_ != path) return 0;
    check(sd_bus_message_enter_container(message, 'a', "{sv}"), "bad signal");
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
        const char* property = nullptr;
        check(sd_bus_message_read(message, "s", &property), "bad signal");
        speaker->show_change(property, message);
        check(sd_bus_message_exit_container(message), "bad signal");
    }
    return 0;
}

void Speaker::show_change(const char* property, sd_bus_message* message) {
    if (std::strcmp(property, "State") == 0) {
        const char* state = nullptr;
        check(sd_bus_message_read(message, "v", "s", &state), "bad signal");
        std::printf("speaker %s: stream %s\n", options_.adapter.c_str(), state);
        if (std::strcmp(state, "pending") == 0) acquire();
        if (std::strcmp(state, "idle") == 0) stop_stream();
    } else if (std::strcmp(property, "Volume") == 0) {
        std::uint16_t level = 0;
        check(sd_bus_message_read(message, "v", "q", &level), "bad signal");
        std::printf("speaker %s: volume %u\n", options_.adapter.c_str(), unsigned{level});
    } else {
        check(sd_bus_message_skip(message, "v"), "bad signal");
    }
}

void Speaker::acquire() {
    write_delay();
    check(sd_bus_call_method_async(bus_, nullptr, kBluez, transport_.c_str(), kTransport, "Acquire",
                                   acquired, this, ""),
          "message");
}

int Speaker::acquired(sd_bus_message* message, void* self, sd_bus_error*) {
    auto* speaker = static_cast<Speaker*>(self);
    if (const sd_bus_error* error = sd_bus_message_get_error(message); error != nullptr) {
        std::fprintf(stderr, "speaker %s: cannot take the stream: %s\n",
                     speaker->options_.adapter.c_str(), error->message);
        return 0;
    }
    int fd = -1;
    std::uint16_t read_mtu = 0;
    std::uint16_t write_mtu = 0;
    check(sd_bus_message_read(message, "hqq", &fd, &read_mtu, &write_mtu), "bad answer");
    speaker->take_stream(fcntl(fd, F_DUPFD_CLOEXEC, 3), read_mtu);
    return 0;
}

void Speaker::take_stream(int fd, std::uint16_t mtu) {
    std::printf("speaker %s: plays, MTU %u\n", options_.adapter.c_str(), unsigned{mtu});
    if (player_ != nullptr) {
        player_->play(fd);
    } else {
        count_packets(fd);
    }
}

// One that is not heard: it only takes them.
void Speaker::count_packets(int fd) {
    sd_event_source* source = nullptr;
    check(sd_event_add_io(event_, &source, fd, EPOLLIN, packet_waits, this), "event loop");
    stream_.reset(source);
    check(sd_event_source_set_io_fd_own(source, 1), "event loop");
}

void Speaker::stop_stream() {
    stream_.reset();
    if (player_ == nullptr) return;
    packets_ = player_->packets();
    player_->stop();
}

int Speaker::packet_waits(sd_event_source*, int fd, std::uint32_t, void* self) {
    auto* speaker = static_cast<Speaker*>(self);
    std::uint8_t packet[4096];
    const ssize_t size = read(fd, packet, sizeof packet);
    if (size > 0) {
        ++speaker->packets_;
    } else if (size == 0 || errno != EAGAIN) {
        speaker->stream_.reset();
    }
    return 0;
}

void Speaker::drop_stream() {
    stop_stream();
    if (!transport_.empty()) {
        std::printf("speaker %s: stream gone after %llu packets\n", options_.adapter.c_str(),
                    static_cast<unsigned long long>(packets_));
    }
    transport_.clear();
    packets_ = 0;
}

void Speaker::power(bool on) {
    powered_ = on;
    const int value = on ? 1 : 0;
    set_adapter("Powered", "b", &value);
    if (!on) return;
    watch_.try_again();
    calls_left_ = options_.reconnects ? 10 : 0;
    call_bridge();
}

void Speaker::report_delay(std::uint16_t tenths) {
    options_.delay_tenths = tenths;
    write_delay();
}

void Speaker::write_delay() {
    if (transport_.empty()) return;
    BusError error;
    if (set_property(bus_, transport_, kTransport, "Delay", "q", &options_.delay_tenths, error) <
        0) {
        std::fprintf(stderr, "speaker %s: cannot report its latency: %s\n",
                     options_.adapter.c_str(), error.text());
    }
}

void Speaker::press_volume(std::uint16_t level) {
    if (transport_.empty()) return;
    BusError error;
    if (set_property(bus_, transport_, kTransport, "Volume", "q", &level, error) < 0) {
        std::fprintf(stderr, "speaker %s: cannot tell its volume: %s\n", options_.adapter.c_str(),
                     error.text());
    }
}

// A real speaker in pairing mode takes a new key from an owner who has forgotten the old one; BlueZ
// keeps to the old one (JustWorksRepairing = never in main.conf) unless it forgets it too.
void Speaker::begin_pairing() {
    drop_stream();
    if (bridge_.empty()) return;
    check(
        sd_bus_call_method_async(bus_, nullptr, kBluez, adapter_path_.c_str(), "org.bluez.Adapter1",
                                 "RemoveDevice", nullptr, nullptr, "o", bridge_.c_str()),
        "message");
    bridge_.clear();
}

void Speaker::set_kind(const std::string& kind) {
    lab::set_kind(options_.playout, kind);
    if (player_ != nullptr) player_->set_options(options_.playout);
}

void Speaker::release() {
    stop_stream();
    if (transport_.empty()) return;
    check(sd_bus_call_method_async(bus_, nullptr, kBluez, transport_.c_str(), kTransport, "Release",
                                   nullptr, nullptr, ""),
          "message");
}

}  // namespace lab
