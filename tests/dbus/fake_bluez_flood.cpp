// SPDX-License-Identifier: GPL-3.0-or-later
// More devices than anybody has.
#include "dbus/fake_bluez.hpp"

#include <algorithm>
#include <cstdio>

namespace tandem::testing {

void FakeBluez::announce_devices(int count) {
    // In pieces: between them its speakers take what they are sent.
    constexpr int kPiece = 100;
    for (int first = 0; first < count; first += kPiece)
        in_thread([&] {
            for (int i = first; i < std::min(first + kPiece, count); ++i) {
                char address[18];
                std::snprintf(address, sizeof address, "C0:FF:EE:%02X:%02X:%02X", i >> 16 & 0xff,
                              i >> 8 & 0xff, i & 0xff);
                added(path_of({.address = address}),
                      interfaces_of({.address = address, .paired = false, .trusted = false}));
            }
        });
}

}  // namespace tandem::testing
