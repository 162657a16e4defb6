// SPDX-License-Identifier: GPL-3.0-or-later
// What BlueZ has: adapters, devices and transports, followed through its ObjectManager.
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "tandem/bus/connection.hpp"

namespace tandem {

inline const std::string kBluez = "org.bluez";
inline const std::string kAdapterInterface = "org.bluez.Adapter1";
inline const std::string kDeviceInterface = "org.bluez.Device1";
inline const std::string kMediaInterface = "org.bluez.Media1";
// A2DP sink, as a profile's UUID.
inline const std::string kSinkUuid = "0000110b-0000-1000-8000-00805f9b34fb";
inline const std::string kTransportInterface = "org.bluez.MediaTransport1";

struct BluezAdapter {
    std::string address;
    bool powered = false;
    std::string power_state;   // "off-blocked" where BlueZ tells; empty where it does not
    bool media = false;        // takes end points
    bool discovering = false;  // somebody searches for devices over it
};

struct BluezDevice {
    std::string address;
    std::string adapter;  // object path
    bool paired = false;
    bool trusted = false;
    bool connected = false;
    int seen = 0;             // how often a search has found it
    std::string name;         // as it calls itself; empty: not known (yet)
    std::optional<int> rssi;  // dBm, when a search found it last
    std::uint32_t kind = 0;   // class of device (Bluetooth assigned numbers), 0: not known
    bool is_sink = false;     // offers A2DP sink
    bool is_random = false;   // its address is, as only LE has them
};

struct BluezTransport {
    std::string device;         // object path
    std::string uuid;           // of the profile, as this machine has it: A2DP source or sink
    std::string state;          // "idle" | "pending" | "active"
    int ended = 0;              // how often it left "active"; no state is missed by looking late
    int delay = 0;              // tenths of a millisecond, 0: none reported yet
    std::optional<int> volume;  // 0 to 127; nullopt: no absolute volume (yet)
};

class BluezModel {
  public:
    // `changed` after each change, from the loop.
    BluezModel(Loop& loop, BusConnection& bus, std::function<void()> changed);

    enum class State {
        unknown,  // the bus has not said yet whether anybody owns org.bluez
        missing,  // nobody does
        reading,  // its objects are being read
        refused,  // they cannot be read (access denied ...): trouble() says why; it is tried again
        ready,    // they are known
    };
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] bool is_ready() const { return state_ == State::ready; }
    [[nodiscard]] bool is_missing() const { return state_ == State::missing; }
    // Whether there is a bluetoothd, whatever it answers.
    [[nodiscard]] bool is_running() const { return !owner_.empty(); }
    [[nodiscard]] const std::string& owner() const { return owner_; }  // its name on the bus
    // Of State::refused.
    [[nodiscard]] const BusError& trouble() const { return trouble_; }

    [[nodiscard]] const std::map<std::string, BluezAdapter>& adapters() const { return adapters_; }
    [[nodiscard]] const std::map<std::string, BluezDevice>& devices() const { return devices_; }
    [[nodiscard]] const std::map<std::string, BluezTransport>& transports() const {
        return transports_;
    }
    // A transport's properties as SetConfiguration brings them, which may come first.
    void learn_transport(const std::string& path, const Value& properties);

  private:
    void on_owner(const std::string& owner);
    void load();
    void on_loaded(const BusReply& reply);
    void clear();
    void add_interfaces(const std::string& path, const Value& interfaces);
    void update(const std::string& path, const std::string& interface, const Value& properties);
    void invalidate(const std::string& path, const std::string& interface, const Value& names);
    void remove(const std::string& path, const std::string& interface);
    void on_signal(const BusSignal& signal);

    Loop& loop_;
    BusConnection& bus_;
    std::function<void()> changed_;
    State state_ = State::unknown;
    std::string owner_;
    BusError trouble_;
    std::map<std::string, BluezAdapter> adapters_;
    std::map<std::string, BluezDevice> devices_;
    std::map<std::string, BluezTransport> transports_;
    Loop::Handle interfaces_;
    Loop::Handle properties_;
    Loop::Handle loading_;
    Loop::Handle retry_;
    Loop::Handle name_;
};

// "hci0" of "/org/bluez/hci0".
[[nodiscard]] std::string last_element(const std::string& path);
// Whether both are the same address, however they are written.
[[nodiscard]] bool same_address(const std::string& a, const std::string& b);

}  // namespace tandem
