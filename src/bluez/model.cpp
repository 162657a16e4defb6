// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bluez/model.hpp"

#include <strings.h>

#include <algorithm>
#include <utility>

#include "tandem/bluez/speaker_volume.hpp"

namespace tandem {
namespace {

const std::string kObjectManager = "org.freedesktop.DBus.ObjectManager";

// BlueZ has an object for everything that a search has found. Whoever floods the air with addresses
// gets no more of us than this; what is paired or connected always has its place.
constexpr std::size_t kMostDevices = 500;

bool is_kept(const Value& device) {
    return property<bool>(device, "Paired").value_or(false) ||
           property<bool>(device, "Connected").value_or(false);
}

// Takes a property over if it is there with the right type.
template <typename T, typename Target>
void take(const Value& properties, std::string_view key, Target& target) {
    if (const auto found = property<T>(properties, key)) target = *found;
}

bool has_sink(const Value& properties) {
    const Value* uuids = properties.find("UUIDs");
    return uuids != nullptr && std::ranges::any_of(uuids->items(), [](const Value& uuid) {
               return uuid.text() == kSinkUuid;
           });
}

void take_path(const Value& properties, std::string_view key, std::string& target) {
    if (const auto found = property<ObjectPath>(properties, key)) target = found->text;
}

}  // namespace

std::string last_element(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

bool same_address(const std::string& a, const std::string& b) {
    return strcasecmp(a.c_str(), b.c_str()) == 0;
}

BluezModel::BluezModel(Loop& loop, BusConnection& bus, std::function<void()> changed)
    : loop_(loop), bus_(bus), changed_(std::move(changed)) {
    const auto take_signal = [this](const BusSignal& signal) { on_signal(signal); };
    interfaces_ = bus_.subscribe({kBluez, "", kObjectManager, ""}, take_signal);
    properties_ = bus_.subscribe(
        {kBluez, "/org/bluez", std::string(kPropertiesInterface), "PropertiesChanged"},
        take_signal);
    name_ = bus_.watch_name(kBluez, [this](const std::string& owner) { on_owner(owner); });
}

void BluezModel::on_owner(const std::string& owner) {
    owner_ = owner;
    clear();
    state_ = owner_.empty() ? State::missing : State::reading;
    if (!owner_.empty()) load();
    changed_();
}

void BluezModel::clear() {
    loading_.reset();
    retry_.reset();
    adapters_.clear();
    devices_.clear();
    transports_.clear();
}

void BluezModel::load() {
    loading_ = bus_.call({kBluez, "/", kObjectManager, "GetManagedObjects"},
                         [this](const BusReply& reply) { on_loaded(reply); });
}

void BluezModel::on_loaded(const BusReply& reply) {
    if (reply.is("a{oa{sa{sv}}}")) {
        state_ = State::ready;
        for (const auto& [path, interfaces] : reply.arguments[0].entries()) {
            add_interfaces(path.text(), interfaces);
        }
    } else {
        if (!is_ready()) state_ = State::refused;
        trouble_ =
            reply.error.value_or(BusError{"org.freedesktop.DBus.Error.InvalidSignature",
                                          "GetManagedObjects answered '" + reply.signature + "'"});
        // A slow bluetoothd may answer next time, and a policy may be corrected.
        retry_ = loop_.after(std::chrono::seconds(5), [this] { load(); });
    }
    changed_();
}

void BluezModel::on_signal(const BusSignal& signal) {
    if (!is_ready()) return;  // the objects that are being read hold it already
    const auto& arguments = signal.arguments;
    if (signal.member == "InterfacesAdded" && signal.signature == "oa{sa{sv}}") {
        add_interfaces(arguments[0].text(), arguments[1]);
    } else if (signal.member == "InterfacesRemoved" && signal.signature == "oas") {
        for (const auto& name : arguments[1].items())
            remove(arguments[0].text(), name.text());
    } else if (signal.member == "PropertiesChanged" && signal.signature == "sa{sv}as") {
        update(signal.path, arguments[0].text(), arguments[1]);
        invalidate(signal.path, arguments[0].text(), arguments[2]);
    } else {
        return;
    }
    changed_();
}

void BluezModel::add_interfaces(const std::string& path, const Value& interfaces) {
    for (const auto& [name, properties] : interfaces.entries()) {
        const std::string& interface = name.text();
        if (interface == kAdapterInterface || interface == kMediaInterface) adapters_[path];
        if (interface == kDeviceInterface &&
            (devices_.size() < kMostDevices || is_kept(properties)))
            devices_[path];
        if (interface == kTransportInterface) transports_[path];
        if (interface == kMediaInterface) adapters_[path].media = true;
        update(path, interface, properties);
    }
}

void BluezModel::update(const std::string& path, const std::string& interface,
                        const Value& properties) {
    if (const auto found = adapters_.find(path);
        interface == kAdapterInterface && found != adapters_.end()) {
        take<std::string>(properties, "Address", found->second.address);
        take<bool>(properties, "Powered", found->second.powered);
        take<std::string>(properties, "PowerState", found->second.power_state);
        take<bool>(properties, "Discovering", found->second.discovering);
    }
    // One that was left out has been paired.
    if (interface == kDeviceInterface && !devices_.contains(path) && is_kept(properties)) load();
    if (const auto found = devices_.find(path);
        interface == kDeviceInterface && found != devices_.end()) {
        take<std::string>(properties, "Address", found->second.address);
        take_path(properties, "Adapter", found->second.adapter);
        take<bool>(properties, "Paired", found->second.paired);
        take<bool>(properties, "Trusted", found->second.trusted);
        take<bool>(properties, "Connected", found->second.connected);
        take<std::string>(properties, "Name", found->second.name);
        take<std::uint32_t>(properties, "Class", found->second.kind);
        if (has_sink(properties)) found->second.is_sink = true;
        if (property<std::string>(properties, "AddressType") == "random")
            found->second.is_random = true;
        if (const auto rssi = property<std::int16_t>(properties, "RSSI")) {
            ++found->second.seen;
            found->second.rssi = *rssi;
        }
    }
    if (const auto found = transports_.find(path);
        interface == kTransportInterface && found != transports_.end()) {
        take_path(properties, "Device", found->second.device);
        take<std::string>(properties, "UUID", found->second.uuid);
        const bool was_active = found->second.state == "active";
        take<std::string>(properties, "State", found->second.state);
        if (was_active && found->second.state != "active") ++found->second.ended;
        take<std::uint16_t>(properties, "Delay", found->second.delay);
        const auto volume = property<std::uint16_t>(properties, "Volume");
        if (volume && *volume <= kMostVolume) found->second.volume = *volume;
    }
}

// Properties that are gone, or have to be asked for again: what is shown must not outlive them.
void BluezModel::invalidate(const std::string& path, const std::string& interface,
                            const Value& names) {
    for (const auto& name : names.items()) {
        if (const auto found = transports_.find(path);
            interface == kTransportInterface && found != transports_.end()) {
            if (name.text() == "Volume") found->second.volume.reset();
            if (name.text() == "Delay") found->second.delay = 0;
        }
        if (const auto found = devices_.find(path);
            interface == kDeviceInterface && found != devices_.end() && name.text() == "RSSI") {
            found->second.rssi.reset();
        }
    }
}

void BluezModel::learn_transport(const std::string& path, const Value& properties) {
    transports_[path];
    update(path, kTransportInterface, properties);
}

void BluezModel::remove(const std::string& path, const std::string& interface) {
    if (interface == kAdapterInterface) adapters_.erase(path);
    if (interface == kMediaInterface && adapters_.contains(path)) adapters_[path].media = false;
    if (interface == kDeviceInterface) devices_.erase(path);
    if (interface == kTransportInterface) transports_.erase(path);
}

}  // namespace tandem
