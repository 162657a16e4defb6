// SPDX-License-Identifier: GPL-3.0-or-later
#include "fuzz/wire_message.hpp"

namespace tandem::fuzz {
namespace {

class Bytes {
  public:
    void align(std::size_t to) {
        while (bytes_.size() % to != 0)
            bytes_.push_back(0);
    }
    void byte(unsigned value) { bytes_.push_back(static_cast<char>(value)); }
    void number(std::uint32_t value) {
        align(4);
        for (unsigned shift = 0; shift < 32; shift += 8)
            byte(value >> shift & 0xff);
    }
    // As a string with its length in four bytes, or as a signature, with its length in one.
    void text(char type, const std::string& value) {
        if (type == 'g')
            byte(static_cast<unsigned>(value.size()));
        else
            number(static_cast<std::uint32_t>(value.size()));
        bytes_ += value;
        byte(0);
    }
    void field(unsigned code, char type) {
        align(8);
        byte(code);
        text('g', std::string(1, type));
    }
    void text_field(unsigned code, char type, const std::string& value) {
        if (value.empty()) return;
        field(code, type);
        text(type, value);
    }
    void append(std::span<const std::uint8_t> more) { bytes_.append(more.begin(), more.end()); }
    void set_number(std::size_t at, std::size_t value) {
        for (unsigned i = 0; i < 4; ++i)
            bytes_[at + i] = static_cast<char>(value >> (8 * i) & 0xff);
    }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }
    [[nodiscard]] const char* data() const { return bytes_.data(); }

  private:
    std::string bytes_;
};

constexpr std::size_t kFieldsLengthAt = 12;
constexpr std::size_t kFieldsAt = 16;
constexpr std::size_t kLongestSignature = 255;

}  // namespace

Message make_message(const WireHead& head, std::uint32_t serial, const std::string& types,
                     std::span<const std::uint8_t> body) {
    if (types.size() > kLongestSignature) return own(nullptr);
    Bytes bytes;
    bytes.byte('l');
    bytes.byte(static_cast<unsigned>(head.type));
    bytes.byte(0);  // flags
    bytes.byte(DBUS_MAJOR_PROTOCOL_VERSION);
    bytes.number(static_cast<std::uint32_t>(body.size()));
    bytes.number(1);  // its own serial
    bytes.number(0);  // the length of the fields, below
    bytes.text_field(DBUS_HEADER_FIELD_PATH, 'o', head.path);
    bytes.text_field(DBUS_HEADER_FIELD_INTERFACE, 's', head.interface);
    bytes.text_field(DBUS_HEADER_FIELD_MEMBER, 's', head.member);
    bytes.text_field(DBUS_HEADER_FIELD_SENDER, 's', head.sender);
    if (head.type == DBUS_MESSAGE_TYPE_ERROR)
        bytes.text_field(DBUS_HEADER_FIELD_ERROR_NAME, 's', "org.bluez.Error.Failed");
    if (head.type == DBUS_MESSAGE_TYPE_ERROR || head.type == DBUS_MESSAGE_TYPE_METHOD_RETURN) {
        bytes.field(DBUS_HEADER_FIELD_REPLY_SERIAL, 'u');
        bytes.number(serial);
    }
    bytes.text_field(DBUS_HEADER_FIELD_SIGNATURE, 'g', types);
    bytes.set_number(kFieldsLengthAt, bytes.size() - kFieldsAt);
    bytes.align(8);
    bytes.append(body);
    return own(dbus_message_demarshal(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

}  // namespace tandem::fuzz
