// SPDX-License-Identifier: GPL-3.0-or-later
// recorder FILE: writes what passes between the kernel and its Bluetooth adapters, as `btmon -w`
// does and in its format (btsnoop, monitor), until SIGTERM. It prints nothing: btmon also decodes
// every packet to text, which under emulation takes enough of the processor to disturb what is
// measured.
#include <endian.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

namespace {

// From the kernel's include/net/bluetooth: hci_sock.h and hci_mon.h.
constexpr int kProtocolHci = 1;
constexpr std::uint16_t kChannelMonitor = 2;
constexpr std::uint16_t kNoDevice = 0xffff;
struct HciAddress {
    sa_family_t family;
    std::uint16_t device;
    std::uint16_t channel;
};
struct MonitorHeader {
    std::uint16_t opcode;
    std::uint16_t index;
    std::uint16_t length;
};
struct Record {  // all big endian
    std::uint32_t length;
    std::uint32_t kept;
    std::uint32_t flags;
    std::uint32_t drops;
    std::uint64_t time_us;
};
constexpr std::uint64_t kEpochUs = 0x00dcddb30f2f8000;  // 1970 in microseconds since the year 0

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error(what + ": " + std::strerror(errno));
}

int open_monitor() {
    const int fd = socket(AF_BLUETOOTH, SOCK_RAW | SOCK_CLOEXEC, kProtocolHci);
    const HciAddress address{AF_BLUETOOTH, kNoDevice, kChannelMonitor};
    const int yes = 1;
    const int bytes = 4 << 20;
    if (fd < 0 || bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &yes, sizeof yes) < 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0) {
        fail(
            "cannot listen to the Bluetooth adapters (run as root, with the bluetooth module "
            "loaded)");
    }
    return fd;
}

timeval time_of(const msghdr& message) {
    timeval time{};
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(const_cast<msghdr*>(&message), part)) {
        if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMP) {
            std::memcpy(&time, CMSG_DATA(part), sizeof time);
        }
    }
    return time;
}

volatile sig_atomic_t stopped = 0;

// SIGTERM is let in here alone, so that none is missed.
bool wait_for_packet(int fd) {
    sigset_t none{};
    sigemptyset(&none);
    pollfd waiting{fd, POLLIN, 0};
    if (ppoll(&waiting, 1, nullptr, &none) < 0 && errno != EINTR) fail("poll failed");
    return stopped == 0;
}

void record_next(int fd, std::FILE* file) {
    MonitorHeader header{};
    std::array<std::uint8_t, 4096> data{};
    alignas(cmsghdr) std::array<char, 256> control{};
    iovec parts[]{{&header, sizeof header}, {data.data(), data.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = recvmsg(fd, &message, 0);
    if (size < static_cast<ssize_t>(sizeof header)) fail("cannot read from the Bluetooth adapters");
    const auto length =
        static_cast<std::uint32_t>(size) - static_cast<std::uint32_t>(sizeof header);
    const timeval time = time_of(message);
    const auto micros = static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 +
                        static_cast<std::uint64_t>(time.tv_usec);
    const auto flags =
        static_cast<std::uint32_t>(le16toh(header.index) << 16 | le16toh(header.opcode));
    const Record record{htobe32(length), htobe32(length), htobe32(flags), 0,
                        htobe64(micros + kEpochUs)};
    if (std::fwrite(&record, sizeof record, 1, file) != 1 ||
        (length > 0 && std::fwrite(data.data(), length, 1, file) != 1)) {
        fail("cannot write the recording");
    }
}

void record(const char* path) {
    struct sigaction action {};
    action.sa_handler = [](int) { stopped = 1; };
    sigaction(SIGTERM, &action, nullptr);
    sigset_t term{};
    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, nullptr);
    const int fd = open_monitor();
    std::FILE* file = std::fopen(path, "w");
    if (file == nullptr) fail(std::string{"cannot write "} + path);
    constexpr std::array<std::uint8_t, 16> kHeader{'b', 't', 's', 'n', 'o', 'o', 'p',  0,
                                                   0,   0,   0,   1,   0,   0,   0x07, 0xd1};
    std::fwrite(kHeader.data(), kHeader.size(), 1, file);
    std::fflush(file);  // who waits for the recording to begin sees it
    while (wait_for_packet(fd))
        record_next(fd, file);
    if (std::fclose(file) != 0) fail(std::string{"cannot write "} + path);
    close(fd);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 2) throw std::runtime_error("usage: recorder FILE");
        record(argv[1]);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "recorder: error: %s\n", error.what());
        return 1;
    }
}
