// SPDX-License-Identifier: GPL-3.0-or-later
// relay COUNT CONTROL: joins COUNT controllers of a running `btvirt -s` to as many new HCI devices
// of this kernel and is the radio between them. CONTROL is a FIFO that takes lines:
//   loss INDEX PERCENT    frames to and from controller INDEX get lost this often, and are sent
//   again outage INDEX on|off   controller INDEX is out of reach mtu INDEX BYTES       the most its
//   host takes in a packet, from the next connection on record FILE|off       what arrives at each
//   controller, as btsnoop lateness FILE         how late this program was since it was last asked
//   paging FILE           how many seconds each controller has paged
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <string>

#include "hci.hpp"
#include "host_device.hpp"
#include "radio.hpp"
#include "recording.hpp"
#include "statistics.hpp"

namespace {

using lab::Bytes;
using lab::Time;

constexpr const char* kEmulator = "/tmp/bt-server-bredrle";
constexpr int kPriority =
    90;  // above any program of the bridge: a radio does not wait for its host

Time monotonic_now() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

[[noreturn]] void fail(const std::string& what, const std::string& advice) {
    throw std::runtime_error(what + ": " + std::strerror(errno) + ": " + advice);
}

int open_emulator() {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, kEmulator, sizeof address.sun_path - 1);
    if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) {
        fail(std::string{"cannot connect to "} + kEmulator, "start `btvirt -s` first");
    }
    return fd;
}

struct Ends : lab::Wires {
    struct Pair {
        int host{-1};
        int emulator{-1};
        Bytes from_host{};  // not yet a whole packet
        Bytes from_emulator{};
    };
    std::vector<Pair> pairs;
    std::optional<lab::Recording> recording;

    void arrived(int controller, Time time, std::span<const std::uint8_t> packet) override {
        if (recording) recording->add(controller, lab::kAclReceived, time, packet.subspan(1));
    }
    void to_host(int controller, std::span<const std::uint8_t> packet) override {
        if (recording && packet[0] == 0x04 && packet[1] == 0x05) {  // Disconnection Complete
            recording->add(controller, lab::kEventReceived, monotonic_now(), packet.subspan(1));
        }
        send(pairs[static_cast<std::size_t>(controller)].host, packet);
    }
    void to_emulator(int controller, std::span<const std::uint8_t> packet) override {
        send(pairs[static_cast<std::size_t>(controller)].emulator, packet);
    }

  private:
    // A device that is down refuses what it is sent (ENXIO and the like): as with a radio that is
    // off, it is lost.
    static void send(int fd, std::span<const std::uint8_t> packet) {
        const ssize_t sent = write(fd, packet.data(), packet.size());
        if (sent < 0 && errno == EPIPE) throw std::runtime_error("btvirt has ended");
        if (sent >= 0 && static_cast<std::size_t>(sent) < packet.size())
            throw std::runtime_error("a host or btvirt took half a packet: it has hung");
    }
};

class Relay {
  public:
    // The kernel gives a new HCI device two seconds for its first answers: everything else is ready
    // before.
    Relay(int count, const char* control) : radio_{count, ends_, 1} {
        if (mkfifo(control, 0600) < 0 && errno != EEXIST)
            fail(std::string{"cannot make the FIFO "} + control, "choose another path");
        control_ =
            open(control, O_RDWR | O_CLOEXEC |
                              O_NONBLOCK);  // read-write: it does not end when a writer closes it
        if (control_ < 0)
            fail(std::string{"cannot open the FIFO "} + control, "choose another path");
        sched_param priority{};
        priority.sched_priority = kPriority;
        if (sched_setscheduler(0, SCHED_FIFO, &priority) < 0)
            fail("cannot become a real-time process", "run as root");
        mlockall(MCL_CURRENT | MCL_FUTURE);
        for (int i = 0; i < count; ++i)
            ends_.pairs.push_back({-1, open_emulator()});
        for (auto& pair : ends_.pairs)
            pair.host = lab::open_host_device();
    }

    [[noreturn]] void run() {
        std::vector<pollfd> fds;
        for (const auto& pair : ends_.pairs) {
            fds.push_back({pair.host, POLLIN, 0});
            fds.push_back({pair.emulator, POLLIN, 0});
        }
        fds.push_back({control_, POLLIN, 0});
        for (;;) {
            wait(fds);
            for (std::size_t i = 0; i < ends_.pairs.size(); ++i) {
                if (fds[2 * i].revents != 0) read_host(static_cast<int>(i));
                if (fds[2 * i + 1].revents != 0) read_emulator(static_cast<int>(i));
            }
            if (fds.back().revents != 0) read_control();
            note_lateness();
            radio_.advance(monotonic_now());
        }
    }

  private:
    void wait(std::vector<pollfd>& fds) const {
        timespec limit{};
        const Time now = monotonic_now();
        const auto next = radio_.next_event();
        if (next) {
            const Time left = std::max(*next - now, Time{0});
            limit.tv_sec = static_cast<time_t>(left / std::chrono::seconds{1});
            limit.tv_nsec = static_cast<long>((left % std::chrono::seconds{1}).count());
        }
        if (ppoll(fds.data(), fds.size(), next ? &limit : nullptr, nullptr) < 0 && errno != EINTR)
            fail("poll failed", "");
    }

    void record(const std::string& path) {
        ends_.recording.reset();
        if (path == "off") return;
        timespec real{};
        clock_gettime(CLOCK_REALTIME, &real);
        const Time now = monotonic_now();
        ends_.recording.emplace(path, std::chrono::seconds{real.tv_sec} + Time{real.tv_nsec} - now);
        for (int i = 0; static_cast<std::size_t>(i) < ends_.pairs.size(); ++i) {
            if (const auto address = radio_.address_of(i))
                ends_.recording->add_adapter(i, now, *address);
        }
    }

    void note_lateness() {
        const auto due = radio_.next_event();
        const Time now = monotonic_now();
        if (due && *due <= now)
            late_ms_.push_back(std::chrono::duration<double, std::milli>{now - *due}.count());
    }

    // "CONTROLLER seconds" of paging so far, a line each.
    void report_paging(const std::string& path) {
        const std::string whole = path + ".new";
        std::FILE* file = std::fopen(whole.c_str(), "w");
        if (file == nullptr) return;
        for (int i = 0; static_cast<std::size_t>(i) < ends_.pairs.size(); ++i) {
            const std::chrono::duration<double> spent = radio_.paged(i, monotonic_now());
            std::fprintf(file, "%d %.2f\n", i, spent.count());
        }
        std::fclose(file);
        std::rename(whole.c_str(), path.c_str());
    }

    // A line for people.
    void report_lateness(const std::string& path) {
        const std::string whole = path + ".new";
        std::FILE* file = std::fopen(whole.c_str(), "w");
        if (file == nullptr) return;
        std::fprintf(file, "%.2f ms at the median, %.2f ms for 1 in 100, %.2f ms at worst\n",
                     lab::percentile(late_ms_, 0.5), lab::percentile(late_ms_, 0.99),
                     lab::percentile(late_ms_, 1));
        std::fclose(file);
        std::rename(whole.c_str(), path.c_str());
        late_ms_.clear();
    }

    void read_host(int controller) {
        auto& pair = ends_.pairs[static_cast<std::size_t>(controller)];
        std::uint8_t piece[4096];
        ssize_t size = 0;
        while ((size = read(pair.host, piece, sizeof piece)) > 0) {
            if (piece[0] == lab::kCreated && pair.from_host.empty()) continue;
            lab::take_packets(pair.from_host, {piece, static_cast<std::size_t>(size)},
                              [&](std::span<const std::uint8_t> packet) {
                                  radio_.from_host(controller, monotonic_now(), packet);
                              });
        }
    }

    void read_emulator(int controller) {
        auto& pair = ends_.pairs[static_cast<std::size_t>(controller)];
        std::uint8_t piece[4096];
        const ssize_t size = read(pair.emulator, piece, sizeof piece);
        if (size <= 0) throw std::runtime_error("btvirt has closed a controller");
        lab::take_packets(pair.from_emulator, {piece, static_cast<std::size_t>(size)},
                          [&](std::span<const std::uint8_t> packet) {
                              radio_.from_emulator(controller, packet);
                          });
    }

    void read_control() {
        char text[512];
        const ssize_t size = read(control_, text, sizeof text);
        if (size <= 0) return;
        std::istringstream lines{std::string(text, static_cast<std::size_t>(size))};
        for (std::string line; std::getline(lines, line);)
            command(line);
    }

    void command(const std::string& line) {
        if (line.starts_with("lateness ")) return report_lateness(line.substr(9));
        if (line.starts_with("paging ")) return report_paging(line.substr(7));
        if (line.starts_with("record ")) return record(line.substr(7));
        std::istringstream words{line};
        std::string verb;
        std::string value;
        int controller = -1;
        words >> verb >> controller >> value;
        const bool known =
            controller >= 0 && static_cast<std::size_t>(controller) < ends_.pairs.size();
        if (known && verb == "loss" && !value.empty()) {
            radio_.set_loss(controller, std::stod(value) / 100.0);
        } else if (known && verb == "outage" && (value == "on" || value == "off")) {
            radio_.set_outage(controller, value == "on", monotonic_now());
        } else if (known && verb == "mtu" && !value.empty()) {
            radio_.set_mtu(controller, static_cast<std::uint16_t>(std::stoul(value)));
        } else {
            std::fprintf(stderr,
                         "relay: \"%s\" is not `loss INDEX PERCENT`, `outage INDEX on|off` or "
                         "`mtu INDEX BYTES`\n",
                         line.c_str());
        }
    }

    Ends ends_;
    lab::Radio radio_;
    int control_{-1};
    std::vector<double> late_ms_;
};

}  // namespace

int main(int argc, char** argv) {
    try {
        if (argc != 3) throw std::runtime_error("usage: relay COUNT CONTROL-FIFO");
        Relay relay{std::stoi(argv[1]), argv[2]};
        relay.run();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "relay: error: %s\n", error.what());
        return 1;
    }
}
