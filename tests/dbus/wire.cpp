// SPDX-License-Identifier: GPL-3.0-or-later
#include "dbus/wire.hpp"

namespace tandem::testing {
namespace {

struct TypeOf {
    const char* operator()(bool) const { return "b"; }
    const char* operator()(std::uint8_t) const { return "y"; }
    const char* operator()(std::int16_t) const { return "n"; }
    const char* operator()(std::uint16_t) const { return "q"; }
    const char* operator()(std::uint32_t) const { return "u"; }
    const char* operator()(const std::string&) const { return "s"; }
    const char* operator()(const Path&) const { return "o"; }
    const char* operator()(const Octets&) const { return "ay"; }
};

struct Append {
    DBusMessageIter& into;
    void operator()(bool value) const {
        const dbus_bool_t wide = value ? TRUE : FALSE;
        dbus_message_iter_append_basic(&into, DBUS_TYPE_BOOLEAN, &wide);
    }
    void operator()(std::uint8_t value) const {
        dbus_message_iter_append_basic(&into, DBUS_TYPE_BYTE, &value);
    }
    void operator()(std::int16_t value) const {
        dbus_message_iter_append_basic(&into, DBUS_TYPE_INT16, &value);
    }
    void operator()(std::uint16_t value) const {
        dbus_message_iter_append_basic(&into, DBUS_TYPE_UINT16, &value);
    }
    void operator()(std::uint32_t value) const {
        dbus_message_iter_append_basic(&into, DBUS_TYPE_UINT32, &value);
    }
    void operator()(const std::string& value) const {
        const char* text = value.c_str();
        dbus_message_iter_append_basic(&into, DBUS_TYPE_STRING, &text);
    }
    void operator()(const Path& value) const {
        const char* text = value.text.c_str();
        dbus_message_iter_append_basic(&into, DBUS_TYPE_OBJECT_PATH, &text);
    }
    void operator()(const Octets& value) const {
        DBusMessageIter inside;
        const auto* data = value.data();
        dbus_message_iter_open_container(&into, DBUS_TYPE_ARRAY, "y", &inside);
        dbus_message_iter_append_fixed_array(&inside, DBUS_TYPE_BYTE, &data,
                                             static_cast<int>(value.size()));
        dbus_message_iter_close_container(&into, &inside);
    }
};

}  // namespace

void append(DBusMessageIter& into, const WireValue& value) {
    std::visit(Append{into}, value);
}

void append(DBusMessageIter& into, const Properties& properties) {
    DBusMessageIter array;
    dbus_message_iter_open_container(&into, DBUS_TYPE_ARRAY, "{sv}", &array);
    for (const auto& [name, value] : properties) {
        DBusMessageIter entry;
        DBusMessageIter variant;
        dbus_message_iter_open_container(&array, DBUS_TYPE_DICT_ENTRY, nullptr, &entry);
        append(entry, WireValue(name));
        dbus_message_iter_open_container(&entry, DBUS_TYPE_VARIANT, std::visit(TypeOf{}, value),
                                         &variant);
        append(variant, value);
        dbus_message_iter_close_container(&entry, &variant);
        dbus_message_iter_close_container(&array, &entry);
    }
    dbus_message_iter_close_container(&into, &array);
}

void append(DBusMessageIter& into, const Interfaces& interfaces) {
    DBusMessageIter array;
    dbus_message_iter_open_container(&into, DBUS_TYPE_ARRAY, "{sa{sv}}", &array);
    for (const auto& [name, properties] : interfaces) {
        DBusMessageIter entry;
        dbus_message_iter_open_container(&array, DBUS_TYPE_DICT_ENTRY, nullptr, &entry);
        append(entry, WireValue(name));
        append(entry, properties);
        dbus_message_iter_close_container(&array, &entry);
    }
    dbus_message_iter_close_container(&into, &array);
}

void append_names(DBusMessageIter& into, const std::vector<std::string>& names) {
    DBusMessageIter array;
    dbus_message_iter_open_container(&into, DBUS_TYPE_ARRAY, "s", &array);
    for (const auto& name : names)
        append(array, WireValue(name));
    dbus_message_iter_close_container(&into, &array);
}

WireValue read(DBusMessageIter& from) {
    switch (dbus_message_iter_get_arg_type(&from)) {
        case DBUS_TYPE_VARIANT: {
            DBusMessageIter inside;
            dbus_message_iter_recurse(&from, &inside);
            return read(inside);
        }
        case DBUS_TYPE_STRING: {
            const char* text = nullptr;
            dbus_message_iter_get_basic(&from, &text);
            return std::string(text);
        }
        case DBUS_TYPE_OBJECT_PATH: {
            const char* text = nullptr;
            dbus_message_iter_get_basic(&from, &text);
            return Path{text};
        }
        case DBUS_TYPE_BYTE: {
            std::uint8_t value = 0;
            dbus_message_iter_get_basic(&from, &value);
            return value;
        }
        case DBUS_TYPE_UINT16: {
            std::uint16_t value = 0;
            dbus_message_iter_get_basic(&from, &value);
            return value;
        }
        case DBUS_TYPE_BOOLEAN: {
            dbus_bool_t value = FALSE;
            dbus_message_iter_get_basic(&from, &value);
            return value != FALSE;
        }
        case DBUS_TYPE_ARRAY: {
            if (dbus_message_iter_get_element_type(&from) != DBUS_TYPE_BYTE) return false;
            DBusMessageIter inside;
            const std::uint8_t* data = nullptr;
            int size = 0;
            dbus_message_iter_recurse(&from, &inside);
            dbus_message_iter_get_fixed_array(&inside, &data, &size);
            return Octets(data, data + size);
        }
        default:
            return false;
    }
}

Properties read_properties(DBusMessageIter& from) {
    Properties result;
    DBusMessageIter array;
    dbus_message_iter_recurse(&from, &array);
    while (dbus_message_iter_get_arg_type(&array) == DBUS_TYPE_DICT_ENTRY) {
        DBusMessageIter entry;
        dbus_message_iter_recurse(&array, &entry);
        const WireValue name = read(entry);
        dbus_message_iter_next(&entry);
        result[std::get<std::string>(name)] = read(entry);
        dbus_message_iter_next(&array);
    }
    return result;
}

}  // namespace tandem::testing
