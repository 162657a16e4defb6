// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bus/value.hpp"

#include <string_view>

namespace tandem {
namespace {

struct SignatureOf {
    std::string operator()(bool) const { return "b"; }
    std::string operator()(std::uint8_t) const { return "y"; }
    std::string operator()(std::int16_t) const { return "n"; }
    std::string operator()(std::uint16_t) const { return "q"; }
    std::string operator()(std::int32_t) const { return "i"; }
    std::string operator()(std::uint32_t) const { return "u"; }
    std::string operator()(std::int64_t) const { return "x"; }
    std::string operator()(std::uint64_t) const { return "t"; }
    std::string operator()(double) const { return "d"; }
    std::string operator()(const std::string&) const { return "s"; }
    std::string operator()(const ObjectPath&) const { return "o"; }
    std::string operator()(const TypeSignature&) const { return "g"; }
    std::string operator()(const Bytes&) const { return "ay"; }
    std::string operator()(const Value::Array& array) const { return "a" + array.element; }
    std::string operator()(const Value::Dict& dict) const {
        return "a{" + dict.key + dict.value + "}";
    }
    std::string operator()(const Value::Struct& parts) const {
        return "(" + signature_of(parts.items) + ")";
    }
    std::string operator()(const Value::Variant&) const { return "v"; }
    std::string operator()(const Value::Fd&) const { return "h"; }
};

}  // namespace

Value Value::variant(Value inner) {
    return Variant{std::make_shared<const Value>(std::move(inner))};
}

Value Value::properties(std::initializer_list<std::pair<std::string, Value>> entries) {
    Dict dict{"s", "v", {}};
    for (const auto& [key, value] : entries) {
        dict.entries.emplace_back(Value(key), variant(value));
    }
    return dict;
}

Value Value::array(std::string element, Items items) {
    return Array{std::move(element), std::move(items)};
}

std::string Value::signature() const {
    return std::visit(SignatureOf{}, data_);
}

const Value& Value::unwrapped() const {
    const Value* value = this;
    while (const auto* variant = std::get_if<Variant>(&value->data_))
        value = variant->inner.get();
    return *value;
}

const Value::Items& Value::items() const {
    static const Items none;
    if (const auto* array = as<Array>()) return array->items;
    if (const auto* parts = as<Struct>()) return parts->items;
    return none;
}

const Value::Entries& Value::entries() const {
    static const Entries none;
    const auto* dict = as<Dict>();
    return dict != nullptr ? dict->entries : none;
}

const Value* Value::find(std::string_view key) const {
    for (const auto& [name, value] : entries()) {
        if (name.text() == key) return &value;
    }
    return nullptr;
}

const std::string& Value::text() const {
    static const std::string none;
    if (const auto* text = as<std::string>()) return *text;
    if (const auto* path = as<ObjectPath>()) return path->text;
    if (const auto* signature = as<TypeSignature>()) return signature->text;
    return none;
}

OwnedFd Value::take_fd() const {
    const auto* holder = as<Fd>();
    return holder != nullptr && holder->fd ? std::move(*holder->fd) : OwnedFd();
}

std::string signature_of(const std::vector<Value>& values) {
    std::string result;
    for (const auto& value : values)
        result += value.signature();
    return result;
}

}  // namespace tandem
