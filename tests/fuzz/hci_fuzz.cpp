// SPDX-License-Identifier: GPL-3.0-or-later
// Events of the controller, for the two that read them: how much of a link it holds, and how well
// it hears the speaker. Input: the most fragments it may hold, then events: the packets that are
// sent before it (the low four bits: fragments each; the high four: how many), its length, its
// bytes.
#include <sys/socket.h>

#include <array>
#include <optional>

#include "fuzz/expect.hpp"
#include "fuzz/input.hpp"
#include "tandem/bluez/link_meter.hpp"
#include "tandem/link/acl_window.hpp"

namespace tandem::fuzz {
namespace {

constexpr std::uint16_t kHandle = 0x0B2A;
constexpr std::size_t kFragment = 27;
constexpr std::size_t kL2capHeader = 4;
constexpr std::size_t kOneFragment = kFragment - kL2capHeader;
constexpr std::size_t kEndless = 1'000'000;

// A controller's socket; what is written to `far` is what it has to say.
struct Controller {
    OwnedFd near;
    OwnedFd far;

    Controller() {
        std::array<int, 2> ends{};
        const int done = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends.data());
        expect(done == 0, "a pair of sockets can be had");
        near.reset(ends[0]);
        far.reset(ends[1]);
    }
    void say(std::span<const std::uint8_t> event) const {
        (void)send(far.get(), event.data(), event.size(), MSG_NOSIGNAL);
    }
};

class Reader {
  public:
    explicit Reader(int most) : most_(most) {}

    void send_packets(int count, int fragments) {
        const auto bytes = static_cast<std::size_t>(fragments) * kFragment - kL2capHeader;
        for (int i = 0; i < count && window_.open_for(bytes); ++i)
            window_.sent(bytes);
    }
    void take(std::span<const std::uint8_t> event) {
        // An empty message is how a socket ends.
        if (event.empty()) return;
        counted_.say(event);
        metered_.say(event);
    }
    // Whatever the controller said until now: from now on no more than its share is free.
    void expect_bounded() {
        window_.sent(kOneFragment);
        (void)window_.open_for(kEndless);  // reads all that has been said
        int sent = 0;
        while (sent <= most_ && window_.open_for(kOneFragment)) {
            window_.sent(kOneFragment);
            ++sent;
        }
        expect(sent <= most_, "the controller never holds more than its share");
    }
    void expect_sane_reading() {
        loop_.post([this] { loop_.post([this] { loop_.stop(); }); });
        loop_.run();
        const LinkMeter::Reading& reading = meter_.reading();
        expect(reading.rssi_db.value_or(0) >= -128 && reading.rssi_db.value_or(0) <= 127,
               "a signal strength is an octet with a sign");
        expect(reading.quality.value_or(0) >= 0 && reading.quality.value_or(0) <= 255,
               "a quality is an octet");
    }

  private:
    int most_;
    Controller counted_;
    Controller metered_;
    AclWindow window_{std::move(counted_.near), {kHandle, kFragment, most_}};
    Loop loop_;
    LinkMeter meter_{loop_, std::move(metered_.near), kHandle, std::chrono::hours{1}};
};

}  // namespace
}  // namespace tandem::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    tandem::fuzz::Input input(data, size);
    tandem::fuzz::Reader reader(1 + input.byte() % 16);
    while (!input.empty()) {
        const int packets = input.byte();
        reader.send_packets(packets >> 4, 1 + (packets & 0x0f));
        const std::size_t length = input.byte();
        reader.take(input.bytes(length));
    }
    reader.expect_sane_reading();
    reader.expect_bounded();
    return 0;
}
