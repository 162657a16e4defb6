// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/model/virtual_sink.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "tandem/audio/wav.hpp"

namespace tandem {
namespace {

constexpr int kRenderEvery = 50;  // ms, when no packet comes
// How far playing stays behind: packets sent before then and read late are still heard in time.
constexpr Duration kRenderLag = std::chrono::milliseconds{10};
constexpr std::size_t kLargestRead = 4096;

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void set_option(int fd, int option, int value) {
    if (::setsockopt(fd, SOL_SOCKET, option, &value, sizeof(value)) != 0) {
        throw_errno("cannot set up a virtual sink's socket");
    }
}

Time now_realtime_as_monotonic(const timespec& stamp) noexcept {
    timespec real{};
    clock_gettime(CLOCK_REALTIME, &real);
    // Both clocks are read at once, so a step of the wall clock between two packets is no matter;
    // one between a packet's sending and this line must not make it come from the future.
    const Time now = now_monotonic();
    return std::min(now, now - (from_timespec(real) - from_timespec(stamp)));
}

// When the packet was sent: this thread may run late, a radio would not.
Time arrival_of(msghdr& message) noexcept {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
         part = CMSG_NXTHDR(&message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
        timespec stamp{};
        std::memcpy(&stamp, CMSG_DATA(part), sizeof(stamp));
        return now_realtime_as_monotonic(stamp);
    }
    return now_monotonic();
}

}  // namespace

struct VirtualSink::State {
    explicit State(const VirtualSink::Settings& settings)
        : write_mtu(settings.write_mtu),
          speaker({settings.config, settings.latency, settings.clock_ppm, settings.rules},
                  settings.epoch) {
        if (!settings.wav.empty()) wav.emplace(settings.wav, settings.config.rate);
        std::array<int, 2> ends{};
        if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
            throw_errno("cannot make a virtual sink's socket");
        }
        near.reset(ends[0]);
        far.reset(ends[1]);
        ::fcntl(near.get(), F_SETFL, O_NONBLOCK);
        set_option(near.get(), SO_SNDBUF, static_cast<int>(2 * write_mtu));  // as BlueZ does
        set_option(far.get(), SO_TIMESTAMPNS, 1);
        wake.reset(::eventfd(0, EFD_CLOEXEC));
        if (!wake) throw_errno("cannot make a virtual sink's wake-up");
        last = settings.epoch;
    }

    void run();
    enum class Taken { packet, nothing, end };
    [[nodiscard]] bool take_packets();
    [[nodiscard]] Taken take_packet();
    void play_until(Time until);
    void write_sound();

    std::size_t write_mtu;
    VirtualSpeaker speaker;
    std::optional<WavWriter> wav;
    std::vector<StereoFrame> sound;
    OwnedFd near;  // the sender's end
    OwnedFd far;
    OwnedFd wake;
    Time last{};  // the speaker's time never goes back
    std::string wav_error;
    enum class Use { none, playing, never };
    std::atomic<Use> use{Use::none};
    mutable std::mutex counters_lock;
    VirtualSpeakerCounters counters;
    std::thread thread;  // last: everything above is there when it begins
};

void VirtualSink::State::run() {
    use.wait(Use::none);
    if (use == Use::never) return;
    // It stands in for a radio, which is never busy with something else. Without the right to do so
    // it is as punctual as the machine has time for it.
    const sched_param priority{.sched_priority = 1};
    (void)::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &priority);
    bool connected = true;
    for (;;) {
        std::array<pollfd, 2> waiting{{{wake.get(), POLLIN, 0}, {far.get(), POLLIN, 0}}};
        const nfds_t count = connected ? 2 : 1;
        if (::poll(waiting.data(), count, kRenderEvery) < 0 && errno != EINTR) break;
        if (connected && waiting[1].revents != 0) connected = take_packets();
        if ((waiting[0].revents & POLLIN) != 0) break;
        play_until(now_monotonic() - kRenderLag);
    }
    (void)take_packets();
    play_until(now_monotonic());
}

// All that wait: playing on while one still does would make it late. Returns false when the sender
// has closed its end.
bool VirtualSink::State::take_packets() {
    for (;;) {
        switch (take_packet()) {
            case Taken::packet:
                break;
            case Taken::nothing:
                return true;
            case Taken::end:
                return false;
        }
    }
}

VirtualSink::State::Taken VirtualSink::State::take_packet() {
    std::array<std::uint8_t, kLargestRead> bytes;
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(timespec))> control;
    iovec into{bytes.data(), bytes.size()};
    msghdr message{};
    message.msg_iov = &into;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(far.get(), &message, MSG_DONTWAIT);
    if (size < 0) return errno == EAGAIN || errno == EINTR ? Taken::nothing : Taken::end;
    if (size == 0) return Taken::end;
    last = std::max(last, arrival_of(message));
    speaker.receive(std::span(bytes).first(static_cast<std::size_t>(size)), last);
    return Taken::packet;
}

void VirtualSink::State::play_until(Time until) {
    // In pieces, since the silence before the first sound can be long.
    while (until > last) {
        last = std::min(until, last + std::chrono::seconds{1});
        speaker.render(last, sound);
        write_sound();
    }
    const std::lock_guard lock(counters_lock);
    counters = speaker.counters();
}

void VirtualSink::State::write_sound() {
    if (wav && wav_error.empty()) {
        try {
            wav->write(sound);
        } catch (const WavError& error) {
            wav_error = error.what();  // stop() tells; the speaker plays on
        }
    }
    sound.clear();
}

VirtualSink::VirtualSink(const Settings& settings) : state_(std::make_unique<State>(settings)) {
    state_->thread = std::thread([state = state_.get()] { state->run(); });
}

VirtualSink::~VirtualSink() {
    try {
        stop();
    } catch (const WavError&) {
        // Whoever needs to know calls stop().
    }
}

OwnedFd VirtualSink::take_socket() noexcept {
    state_->use = State::Use::playing;
    state_->use.notify_one();
    return std::move(state_->near);
}

std::size_t VirtualSink::write_mtu() const noexcept {
    return state_->write_mtu;
}

std::uint16_t VirtualSink::delay_report() const noexcept {
    return state_->speaker.delay_report();
}

VirtualSpeakerCounters VirtualSink::counters() const {
    const std::lock_guard lock(state_->counters_lock);
    return state_->counters;
}

void VirtualSink::stop() {
    if (!state_->thread.joinable()) return;
    auto unused = State::Use::none;
    if (state_->use.compare_exchange_strong(unused, State::Use::never)) {
        state_->use.notify_one();
        return state_->thread.join();
    }
    ::eventfd_write(state_->wake.get(), 1);
    state_->thread.join();
    if (!state_->wav_error.empty()) throw WavError(state_->wav_error);
    if (state_->wav) state_->wav->close();
}

}  // namespace tandem
