// SPDX-License-Identifier: GPL-3.0-or-later
#include "bus/object_dispatch.hpp"

#include <dbus/dbus.h>

#include <set>

#include "tandem/bus/connection.hpp"

namespace tandem {
namespace {

constexpr std::string_view kPeer = "org.freedesktop.DBus.Peer";

constexpr std::string_view kStandardInterfaces =
    R"(  <interface name="org.freedesktop.DBus.Introspectable">
    <method name="Introspect"><arg name="xml" type="s" direction="out"/></method>
  </interface>
  <interface name="org.freedesktop.DBus.Peer">
    <method name="Ping"/>
  </interface>
  <interface name="org.freedesktop.DBus.Properties">
    <method name="Get">
      <arg name="interface" type="s" direction="in"/>
      <arg name="name" type="s" direction="in"/>
      <arg name="value" type="v" direction="out"/>
    </method>
    <method name="GetAll">
      <arg name="interface" type="s" direction="in"/>
      <arg name="values" type="a{sv}" direction="out"/>
    </method>
    <method name="Set">
      <arg name="interface" type="s" direction="in"/>
      <arg name="name" type="s" direction="in"/>
      <arg name="value" type="v" direction="in"/>
    </method>
    <signal name="PropertiesChanged">
      <arg name="interface" type="s"/>
      <arg name="changed" type="a{sv}"/>
      <arg name="invalidated" type="as"/>
    </signal>
  </interface>
)";

[[noreturn]] void refuse(const char* name, const std::string& sentence) {
    throw BusFailure(name, sentence);
}

void check_types(const IncomingCall& call, const std::string& types) {
    if (call.signature == types) return;
    refuse(DBUS_ERROR_INVALID_ARGS,
           call.member + " takes arguments of type '" + types + "', not '" + call.signature + "'.");
}

const BusProperty& find_property(const BusObject& object, const IncomingCall& call) {
    const std::string& interface = call.arguments[0].text();
    const std::string& name = call.arguments[1].text();
    for (const auto& property : object.properties) {
        if (property.interface == interface && property.name == name) return property;
    }
    refuse(DBUS_ERROR_UNKNOWN_PROPERTY,
           "There is no property " + interface + "." + name + " at " + object.path + ".");
}

std::vector<Value> get_all(const BusObject& object, const std::string& interface) {
    Value::Dict all{"s", "v", {}};
    for (const auto& property : object.properties) {
        if (!interface.empty() && property.interface != interface) continue;
        all.entries.emplace_back(property.name, Value::variant(property.get()));
    }
    return {Value(all)};
}

std::vector<Value> set(const BusObject& object, const IncomingCall& call) {
    const auto& property = find_property(object, call);
    if (!property.set) {
        refuse(DBUS_ERROR_PROPERTY_READ_ONLY, "The property " + property.name + " is read-only.");
    }
    const auto* boxed = std::get_if<Value::Variant>(&call.arguments[2].data());
    if (boxed == nullptr || boxed->inner->signature() != property.type) {
        refuse(DBUS_ERROR_INVALID_ARGS,
               "The property " + property.name + " is of type '" + property.type + "'.");
    }
    property.set(*boxed->inner);
    return {};
}

void check_properties_call(const IncomingCall& call) {
    if (call.member == "Get") return check_types(call, "ss");
    if (call.member == "GetAll") return check_types(call, "s");
    if (call.member == "Set") return check_types(call, "ssv");
    refuse(DBUS_ERROR_UNKNOWN_METHOD, "Properties has no method " + call.member + ".");
}

std::vector<Value> properties_call(const BusObject& object, const IncomingCall& call) {
    if (call.member == "Set") return set(object, call);
    if (object.before_reading) object.before_reading();
    if (call.member == "Get") return {Value::variant(find_property(object, call).get())};
    return get_all(object, call.arguments[0].text());
}

bool is_ping(const IncomingCall& call) {
    return call.interface == kPeer && call.member == "Ping";
}

const BusMethod& find_method(const BusObject& object, const IncomingCall& call) {
    for (const auto& method : object.methods) {
        if (method.name != call.member) continue;
        if (call.interface.empty() || method.interface == call.interface) return method;
    }
    refuse(DBUS_ERROR_UNKNOWN_METHOD,
           "There is no method " + call.interface + "." + call.member + " at " + call.path + ".");
}

void append_members(std::string& xml, const BusObject& object, const std::string& interface) {
    for (const auto& method : object.methods) {
        if (method.interface != interface) continue;
        xml += "    <method name=\"" + method.name + "\">\n";
        for (const auto& [types, direction] :
             {std::pair(method.in, "in"), std::pair(method.out, "out")}) {
            DBusSignatureIter type;
            if (types.empty()) continue;
            dbus_signature_iter_init(&type, types.c_str());
            do {
                char* one = dbus_signature_iter_get_signature(&type);
                xml += std::string("      <arg type=\"") + one + "\" direction=\"" + direction +
                       "\"/>\n";
                dbus_free(one);
            } while (dbus_signature_iter_next(&type));
        }
        xml += "    </method>\n";
    }
    for (const auto& property : object.properties) {
        if (property.interface != interface) continue;
        xml += "    <property name=\"" + property.name + "\" type=\"" + property.type +
               "\" access=\"" + (property.set ? "readwrite" : "read") + "\"/>\n";
    }
}

}  // namespace

void check_call(const BusObject& object, const IncomingCall& call) {
    if (object.allows && !object.allows(call.sender)) {
        refuse(DBUS_ERROR_ACCESS_DENIED, "This object is not for " + call.sender + ".");
    }
    if (call.interface == kPropertiesInterface) return check_properties_call(call);
    if (is_ping(call)) return check_types(call, "");
    check_types(call, find_method(object, call).in);
}

std::vector<Value> dispatch_call(const BusObject& object, const IncomingCall& call) {
    if (call.interface == kPropertiesInterface) return properties_call(object, call);
    if (is_ping(call)) return {};
    const BusMethod& method = find_method(object, call);
    auto result = method.handle(call);
    if (signature_of(result) != method.out) {
        refuse(DBUS_ERROR_FAILED, call.member + " produced '" + signature_of(result) +
                                      "' instead of '" + method.out + "'.");
    }
    return result;
}

std::string introspect(const BusObject& object, const std::vector<std::string>& children) {
    std::string xml(DBUS_INTROSPECT_1_0_XML_DOCTYPE_DECL_NODE);
    xml += "<node>\n";
    std::set<std::string> interfaces;
    for (const auto& method : object.methods)
        interfaces.insert(method.interface);
    for (const auto& property : object.properties)
        interfaces.insert(property.interface);
    if (!interfaces.empty()) xml += kStandardInterfaces;
    for (const auto& interface : interfaces) {
        xml += "  <interface name=\"" + interface + "\">\n";
        append_members(xml, object, interface);
        xml += "  </interface>\n";
    }
    for (const auto& child : children)
        xml += "  <node name=\"" + child + "\"/>\n";
    return xml + "</node>\n";
}

}  // namespace tandem
