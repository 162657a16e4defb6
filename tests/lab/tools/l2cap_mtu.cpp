// SPDX-License-Identifier: GPL-3.0-or-later
#include "l2cap_mtu.hpp"

#include <algorithm>

namespace lab {

namespace {

std::uint16_t u16(std::span<const std::uint8_t> bytes, std::size_t at) {
    return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

void limit_option(std::span<std::uint8_t> options, std::uint16_t most) {
    constexpr std::size_t kHeader = 2;
    constexpr std::uint8_t kMtu = 0x01;
    constexpr std::uint8_t kHint = 0x80;  // on a type: may be ignored
    while (options.size() >= kHeader && options.size() >= kHeader + options[1]) {
        const std::size_t length = options[1];
        if ((options[0] & ~kHint) == kMtu && length == 2) {
            const std::uint16_t mtu = std::min(u16(options, kHeader), most);
            options[kHeader] = static_cast<std::uint8_t>(mtu & 0xff);
            options[kHeader + 1] = static_cast<std::uint8_t>(mtu >> 8);
        }
        options = options.subspan(kHeader + length);
    }
}

}  // namespace

void limit_mtu(std::span<std::uint8_t> payload, std::uint16_t most) {
    constexpr std::size_t kL2capHeader = 4;
    constexpr std::uint16_t kSignalling = 0x0001;
    if (payload.size() < kL2capHeader || u16(payload, 2) != kSignalling) return;
    auto commands = payload.subspan(kL2capHeader);
    constexpr std::size_t kCommandHeader = 4;
    while (commands.size() >= kCommandHeader &&
           commands.size() >= kCommandHeader + u16(commands, 2)) {
        const std::size_t length = u16(commands, 2);
        constexpr std::uint8_t kConfigureRequest = 0x04;
        constexpr std::size_t kChannelAndFlags = 4;
        if (commands[0] == kConfigureRequest && length >= kChannelAndFlags) {
            limit_option(commands.subspan(kCommandHeader, length).subspan(kChannelAndFlags), most);
        }
        commands = commands.subspan(kCommandHeader + length);
    }
}

}  // namespace lab
