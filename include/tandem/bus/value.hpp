// SPDX-License-Identifier: GPL-3.0-or-later
// A D-Bus value as a tree, checked and independent of the message it came in. Thread: any.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tandem/base/owned_fd.hpp"

namespace tandem {

struct ObjectPath {
    std::string text;
    auto operator<=>(const ObjectPath&) const = default;
};

struct TypeSignature {
    std::string text;
    auto operator<=>(const TypeSignature&) const = default;
};

using Bytes = std::vector<std::uint8_t>;

class Value {
  public:
    using Items = std::vector<Value>;
    using Entries = std::vector<std::pair<Value, Value>>;
    struct Array {  // of anything but bytes and dictionary entries
        std::string element;
        Items items;
    };
    struct Dict {
        std::string key;
        std::string value;
        Entries entries;
    };
    struct Struct {
        Items items;
    };
    struct Variant {
        std::shared_ptr<const Value> inner;
    };
    struct Fd {
        std::shared_ptr<OwnedFd> fd;
    };
    using Data = std::variant<bool, std::uint8_t, std::int16_t, std::uint16_t, std::int32_t,
                              std::uint32_t, std::int64_t, std::uint64_t, double, std::string,
                              ObjectPath, TypeSignature, Bytes, Array, Dict, Struct, Variant, Fd>;

    // One constructor for each D-Bus type; a C string is a string, not a bool.
    template <typename T, typename = std::enable_if_t<!std::is_same_v<std::decay_t<T>, Value> &&
                                                      !std::is_convertible_v<T, const char*>>>
    Value(T&& data) : data_(std::forward<T>(data)) {}      // NOLINT(google-explicit-constructor)
    Value(const char* text) : data_(std::string(text)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] static Value variant(Value inner);
    // a{sv}; the values are wrapped in variants here.
    [[nodiscard]] static Value properties(
        std::initializer_list<std::pair<std::string, Value>> entries);
    [[nodiscard]] static Value array(std::string element, Items items);

    [[nodiscard]] const Data& data() const { return data_; }
    // The complete type, as D-Bus writes it: "a{sv}".
    [[nodiscard]] std::string signature() const;

    // The content as T, seen through variants; nullptr when it is of another type.
    template <typename T>
    [[nodiscard]] const T* as() const {
        return std::get_if<T>(&unwrapped().data_);
    }
    // Items of an array or struct; empty for anything else.
    [[nodiscard]] const Items& items() const;
    [[nodiscard]] const Entries& entries() const;
    // The value of a string (or path) key in a dictionary, nullptr when it is not there.
    [[nodiscard]] const Value* find(std::string_view key) const;
    // The text of a string, path or signature; empty for anything else.
    [[nodiscard]] const std::string& text() const;
    // Takes the descriptor out of a descriptor value (all copies lose it).
    [[nodiscard]] OwnedFd take_fd() const;

  private:
    [[nodiscard]] const Value& unwrapped() const;
    Data data_;
};

// The types of all `values` in a row, as in a message's signature header.
[[nodiscard]] std::string signature_of(const std::vector<Value>& values);

// Reads `key` of a dictionary as T, if it is there and of that type.
template <typename T>
[[nodiscard]] std::optional<T> property(const Value& dict, std::string_view key) {
    const Value* found = dict.find(key);
    const T* typed = found != nullptr ? found->as<T>() : nullptr;
    return typed != nullptr ? std::optional<T>(*typed) : std::nullopt;
}

}  // namespace tandem
