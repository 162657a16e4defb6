// SPDX-License-Identifier: GPL-3.0-or-later
#include "bus/codec.hpp"

#include <core/dbus/message.h>
#include <dbus/dbus.h>

#include <string_view>

namespace tandem {
namespace {

namespace bus = core::dbus;
using Reader = bus::Message::Reader;
using Writer = bus::Message::Writer;

constexpr int kDeepest = 64;

// One message, as long as it is not too long. Each value is reckoned with the octets of its type at
// least: a million empty texts are not small.
class Decoder {
  public:
    explicit Decoder(std::size_t most) : left_(most) {}

    Value::Items items(Reader& reader, int depth) {
        Value::Items items;
        while (reader.type() != bus::ArgumentType::invalid)
            items.push_back(value(reader, depth));
        return items;
    }

  private:
    void spend(std::size_t octets) {
        if (octets > left_) throw CodecError("A D-Bus message is too long");
        left_ -= octets;
    }

    std::string text(std::string_view content) {
        spend(content.size());
        return std::string(content);
    }

    // dbus-cpp does not tell the element type of an array; libdbus's own iterator does.
    // The signature matters for empty arrays only, and those are read as arrays of variants.
    Value array(Reader& reader, int depth) {
        Reader inside = reader.pop_array();
        if (inside.type() == bus::ArgumentType::byte) return bytes(inside);
        if (inside.type() == bus::ArgumentType::dictionary_entry) {
            Value::Dict dict;
            while (inside.type() == bus::ArgumentType::dictionary_entry) {
                Reader entry = inside.pop_dict_entry();
                Value key = value(entry, depth);
                Value of_key = value(entry, depth);
                dict.entries.emplace_back(std::move(key), std::move(of_key));
            }
            dict.key = dict.entries.front().first.signature();
            dict.value = dict.entries.front().second.signature();
            return dict;
        }
        Value::Array array{"v", items(inside, depth)};
        if (!array.items.empty()) array.element = array.items.front().signature();
        return array;
    }

    Value bytes(Reader& inside) {
        Bytes bytes;
        while (inside.type() == bus::ArgumentType::byte) {
            spend(1);
            bytes.push_back(static_cast<std::uint8_t>(inside.pop_byte()));
        }
        return bytes;
    }

    Value container(Reader& reader, int depth) {
        if (depth >= kDeepest) throw CodecError("A D-Bus message is nested too deeply");
        switch (reader.type()) {
            case bus::ArgumentType::array:
                return array(reader, depth + 1);
            case bus::ArgumentType::structure: {
                Reader inside = reader.pop_structure();
                return Value::Struct{items(inside, depth + 1)};
            }
            case bus::ArgumentType::variant: {
                Reader inside = reader.pop_variant();
                return Value::variant(value(inside, depth + 1));
            }
            default:
                throw CodecError("A D-Bus message holds a type that is not known");
        }
    }

    Value value(Reader& reader, int depth) {
        spend(kLeastOctets);
        switch (reader.type()) {
            case bus::ArgumentType::byte:
                return static_cast<std::uint8_t>(reader.pop_byte());
            case bus::ArgumentType::boolean:
                return reader.pop_boolean();
            case bus::ArgumentType::int16:
                return reader.pop_int16();
            case bus::ArgumentType::uint16:
                return reader.pop_uint16();
            case bus::ArgumentType::int32:
                return reader.pop_int32();
            case bus::ArgumentType::uint32:
                return reader.pop_uint32();
            case bus::ArgumentType::int64:
                return reader.pop_int64();
            case bus::ArgumentType::uint64:
                return reader.pop_uint64();
            case bus::ArgumentType::floating_point:
                return reader.pop_floating_point();
            case bus::ArgumentType::string:
                return text(reader.pop_string());
            case bus::ArgumentType::object_path:
                return ObjectPath{text(reader.pop_object_path().as_string())};
            case bus::ArgumentType::signature:
                return TypeSignature{text(reader.pop_signature().as_string())};
            case bus::ArgumentType::unix_fd:
                return Value::Fd{std::make_shared<OwnedFd>(reader.pop_unix_fd().to_int())};
            default:
                return container(reader, depth);
        }
    }

    static constexpr std::size_t kLeastOctets = 4;
    std::size_t left_;
};

void check(bool valid, const char* what) {
    if (!valid) throw CodecError(what);
}

// Before anything of a message is written: a container that is left half written leaks in libdbus.
struct Check {
    template <typename Number>
    void operator()(Number) const {}
    void operator()(const std::string& value) const {
        check(value.find('\0') == std::string::npos && dbus_validate_utf8(value.c_str(), nullptr),
              "A text for D-Bus is not valid UTF-8");
    }
    void operator()(const ObjectPath& value) const {
        check(dbus_validate_path(value.text.c_str(), nullptr), "A D-Bus object path is invalid");
    }
    void operator()(const TypeSignature& value) const {
        check(dbus_signature_validate(value.text.c_str(), nullptr), "A D-Bus type is invalid");
    }
    void operator()(const Bytes&) const {}
    void operator()(const Value::Array& value) const {
        check(dbus_signature_validate_single(value.element.c_str(), nullptr),
              "The element type of a D-Bus array is invalid");
        for (const auto& item : value.items) {
            check(item.signature() == value.element, "The items of a D-Bus array differ in type");
            std::visit(*this, item.data());
        }
    }
    void operator()(const Value::Dict& value) const {
        check(
            dbus_signature_validate_single(("a{" + value.key + value.value + "}").c_str(), nullptr),
            "The type of a D-Bus dictionary is invalid");
        for (const auto& [key, item] : value.entries) {
            check(key.signature() == value.key && item.signature() == value.value,
                  "The entries of a D-Bus dictionary differ in type");
            std::visit(*this, key.data());
            std::visit(*this, item.data());
        }
    }
    void operator()(const Value::Struct& value) const {
        check(!value.items.empty(), "A D-Bus structure is empty");
        for (const auto& item : value.items)
            std::visit(*this, item.data());
    }
    void operator()(const Value::Variant& value) const { std::visit(*this, value.inner->data()); }
    void operator()(const Value::Fd& value) const {
        check(value.fd && *value.fd, "A descriptor for D-Bus is closed");
    }
};

void write_value(Writer& writer, const Value& value);

struct Write {
    Writer& writer;

    void operator()(bool value) const { writer.push_boolean(value); }
    void operator()(std::uint8_t value) const { writer.push_byte(static_cast<std::int8_t>(value)); }
    void operator()(std::int16_t value) const { writer.push_int16(value); }
    void operator()(std::uint16_t value) const { writer.push_uint16(value); }
    void operator()(std::int32_t value) const { writer.push_int32(value); }
    void operator()(std::uint32_t value) const { writer.push_uint32(value); }
    void operator()(std::int64_t value) const { writer.push_int64(value); }
    void operator()(std::uint64_t value) const { writer.push_uint64(value); }
    void operator()(double value) const { writer.push_floating_point(value); }
    void operator()(const std::string& value) const {
        writer.push_stringn(value.c_str(), value.size());
    }
    void operator()(const ObjectPath& value) const {
        writer.push_object_path(bus::types::ObjectPath(value.text));
    }
    void operator()(const TypeSignature& value) const {
        writer.push_signature(bus::types::Signature(value.text));
    }
    void operator()(const Bytes& value) const {
        auto inside = writer.open_array(bus::types::Signature("y"));
        for (const auto byte : value)
            inside.push_byte(static_cast<std::int8_t>(byte));
        writer.close_array(std::move(inside));
    }
    void operator()(const Value::Array& value) const {
        auto inside = writer.open_array(bus::types::Signature(value.element));
        for (const auto& item : value.items)
            write_value(inside, item);
        writer.close_array(std::move(inside));
    }
    void operator()(const Value::Dict& value) const {
        auto inside = writer.open_array(bus::types::Signature("{" + value.key + value.value + "}"));
        for (const auto& [key, item] : value.entries) {
            auto entry = inside.open_dict_entry();
            write_value(entry, key);
            write_value(entry, item);
            inside.close_dict_entry(std::move(entry));
        }
        writer.close_array(std::move(inside));
    }
    void operator()(const Value::Struct& value) const {
        auto inside = writer.open_structure();
        for (const auto& item : value.items)
            write_value(inside, item);
        writer.close_structure(std::move(inside));
    }
    void operator()(const Value::Variant& value) const {
        auto inside = writer.open_variant(bus::types::Signature(value.inner->signature()));
        write_value(inside, *value.inner);
        writer.close_variant(std::move(inside));
    }
    void operator()(const Value::Fd& value) const {
        writer.push_unix_fd(bus::types::UnixFd(value.fd->get()));
    }
};

void write_value(Writer& writer, const Value& value) {
    std::visit(Write{writer}, value.data());
}

}  // namespace

std::vector<Value> read_arguments(const std::shared_ptr<bus::Message>& from, std::size_t most) {
    if (from->signature().empty()) return {};
    Reader reader = from->reader();
    return Decoder(most).items(reader, 0);
}

void write_arguments(const std::shared_ptr<bus::Message>& into, const std::vector<Value>& values) {
    if (values.empty()) return;
    for (const auto& value : values)
        std::visit(Check{}, value.data());
    Writer writer = into->writer();
    for (const auto& value : values)
        write_value(writer, value);
}

}  // namespace tandem
