// SPDX-License-Identifier: GPL-3.0-or-later
// What comes in over the message bus: decoding, and whoever it is for. Input: a byte that says
// which message it is (see kHeads), the types of its arguments as D-Bus writes them, a newline, and
// the arguments as they are on the wire, little-endian.
#include <array>

#include "bus/codec.hpp"
#include "bus/connection_state.hpp"
#include "fuzz/expect.hpp"
#include "fuzz/input.hpp"
#include "fuzz/wire_message.hpp"
#include "tandem/bluez/model.hpp"

#include <core/dbus/message.h>

namespace tandem::fuzz {
namespace {

constexpr const char* kOwner = ":1.7";
constexpr const char* kObject = "/io/tandem/Fuzz1";
constexpr const char* kInterface = "io.tandem.Fuzz1";
constexpr std::uint32_t kAsked = 7;  // the serial of a call that waits for its answer

const std::array<WireHead, 10> kHeads{{
    {DBUS_MESSAGE_TYPE_SIGNAL, kOwner, "/org/bluez/hci0", "org.freedesktop.DBus.Properties",
     "PropertiesChanged"},
    {DBUS_MESSAGE_TYPE_SIGNAL, ":1.66", "/org/bluez/hci0", "org.freedesktop.DBus.Properties",
     "PropertiesChanged"},
    {DBUS_MESSAGE_TYPE_SIGNAL, DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS,
     "NameOwnerChanged"},
    {DBUS_MESSAGE_TYPE_SIGNAL, DBUS_SERVICE_DBUS, DBUS_PATH_DBUS, DBUS_INTERFACE_DBUS, "NameLost"},
    {DBUS_MESSAGE_TYPE_METHOD_RETURN, kOwner, {}, {}, {}},
    {DBUS_MESSAGE_TYPE_ERROR, kOwner, {}, {}, {}},
    {DBUS_MESSAGE_TYPE_METHOD_CALL, ":1.9", kObject, kInterface, "Take"},
    {DBUS_MESSAGE_TYPE_METHOD_CALL, ":1.9", kObject, {}, "Echo"},
    {DBUS_MESSAGE_TYPE_METHOD_CALL, ":1.9", kObject, DBUS_INTERFACE_PROPERTIES, "Get"},
    {DBUS_MESSAGE_TYPE_METHOD_CALL, ":1.9", kObject, DBUS_INTERFACE_PROPERTIES, "Set"},
}};

std::vector<Value> decode(DBusMessage* raw) {
    return read_arguments(core::dbus::Message::from_raw_message(raw), kMostDecoded);
}

// Everything that a reader of values may ask, of all that is inside.
std::size_t look_at(const Value& value) {
    std::size_t seen = value.signature().size() + value.text().size();
    for (const Value& item : value.items())
        seen += look_at(item);
    for (const auto& [key, item] : value.entries()) {
        expect(key.text().empty() || value.find(key.text()) != nullptr,
               "a key that is there is found");
        seen += look_at(key) + look_at(item);
    }
    return seen;
}

// What was read can be written, and reads the same. (But for empty arrays: their type is not kept.)
void write_again(const std::vector<Value>& values) {
    const Message message = own(dbus_message_new_signal("/a", "a.b", "C"));
    try {
        write_arguments(core::dbus::Message::from_raw_message(message.get()), values);
    } catch (const CodecError&) {
        return;
    }
    const auto again = decode(message.get());
    expect(signature_of(again) == signature_of(values), "a value is read with the type it has");
    expect(again.size() == values.size(), "no argument is lost");
}

// The room's inside, as it is when a connection stands, but for the bus itself.
class Receiver {
  public:
    Receiver() {
        bus_->owners["org.bluez"] = kOwner;
        bus_->tracked["org.bluez"] = 1;
        bus_->subscriptions[1] = {{"org.bluez", "/org/bluez", "", ""},
                                  std::make_shared<std::function<void(const BusSignal&)>>(
                                      [this](const BusSignal& signal) { take(signal); })};
        bus_->objects[kObject] = std::make_shared<BusObject>(object());
    }
    void receive(DBusMessage* message) {
        answers_ = 0;
        bus_->pending[kAsked] = {1, [this](const BusReply&) { ++answers_; }, {}};
        bus_->dispatch(message);
        const bool reply = dbus_message_get_reply_serial(message) == kAsked;
        expect(answers_ == (reply ? 1 : 0), "a call is answered once");
    }

  private:
    static BusObject object() {
        const auto take = [](const IncomingCall& call) {
            (void)look_at(call.arguments[0]);
            (void)look_at(call.arguments[1]);
            return std::vector<Value>{};
        };
        const auto echo = [](const IncomingCall& call) { return call.arguments; };
        return {kObject,
                {{kInterface, "Take", "oa{sv}", "", take}, {kInterface, "Echo", "ay", "ay", echo}},
                {{kInterface, "Trim", "d", [] { return Value(0.0); },
                  [](const Value& value) {
                      expect(value.as<double>() != nullptr, "types are checked");
                  }}}};
    }
    void take(const BusSignal& signal) {
        expect(signature_of(signal.arguments).empty() == signal.signature.empty(),
               "arguments are there when the types say so");
        for (const Value& argument : signal.arguments)
            model_.learn_transport(signal.path, argument);
    }

    Loop loop_;
    std::shared_ptr<BusConnection::State> bus_ =
        std::make_shared<BusConnection::State>(loop_, BusSettings{});
    BusConnection nowhere_{loop_, {}};
    BluezModel model_{loop_, nowhere_, [] {}};
    int answers_ = 0;
};

}  // namespace
}  // namespace tandem::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    fuzz::Input input(data, size);
    const fuzz::WireHead& head = fuzz::kHeads[input.byte() % fuzz::kHeads.size()];
    const std::string types = input.line();
    const auto message = fuzz::make_message(head, fuzz::kAsked, types, input.rest());
    if (!message) return 0;  // libdbus would not let it in
    const auto values = fuzz::decode(message.get());
    for (const Value& value : values)
        (void)fuzz::look_at(value);
    fuzz::write_again(values);
    fuzz::Receiver().receive(message.get());
    return 0;
}
