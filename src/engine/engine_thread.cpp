// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/engine/engine_thread.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "tandem/base/clock.hpp"

namespace tandem {
namespace {

// How old a snapshot may get: a step has better things to do than to describe itself.
constexpr Duration kPublish = std::chrono::milliseconds{25};
// Above ordinary threads and the usual priority of sound clients (5..20), below the kernel's
// interrupt threads (50).
constexpr int kPriority = 30;

}  // namespace

EngineThread::EngineThread(SampleRate rate) : engine_(rate) {
    thread_ = std::thread([this] { run(); });
    ask_for_realtime();
}

EngineThread::~EngineThread() {
    stop_.store(true);
    thread_.join();
}

void EngineThread::ask_for_realtime() {
    sched_param parameters{};
    parameters.sched_priority = kPriority;
    const int error = pthread_setschedparam(thread_.native_handle(), SCHED_FIFO, &parameters);
    if (error != 0)
        why_not_realtime_ = fmt::format(
            "the engine may not run SCHED_FIFO ({}): allow a real-time priority of {} "
            "(LimitRTPRIO= in the unit, or \"ulimit -r\"), else a busy machine causes dropouts",
            std::strerror(error), kPriority);
}

void EngineThread::run() noexcept {
    pthread_setname_np(pthread_self(), "tandem-engine");
    Time publish{};
    while (!stop_.load(std::memory_order_relaxed)) {
        if (obey_commands()) publish = Time{};
        const Time now = now_monotonic();
        const Time next = engine_.step(now);
        if (now >= publish) {
            snapshots_.publish(engine_.snapshot());
            publish = now + kPublish;
        }
        steps_.fetch_add(1, std::memory_order_relaxed);
        wait_until(next);
    }
}

void EngineThread::wait_until(Time next) noexcept {
    std::array<pollfd, kMostPollDescriptors> descriptors{};
    const std::size_t count = engine_.poll_descriptors(descriptors);
    if (count == 0) {
        const timespec at = to_timespec(next.time_since_epoch());
        (void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, nullptr);
        return;
    }
    const timespec timeout = to_timespec(std::max(Duration::zero(), next - now_monotonic()));
    (void)ppoll(descriptors.data(), count, &timeout, nullptr);
}

bool EngineThread::obey_commands() noexcept {
    bool any = false;
    while (const auto command = commands_.pop()) {
        (*command)(engine_);
        obeyed_.fetch_add(1, std::memory_order_release);
        obeyed_.notify_one();
        any = true;
    }
    return any;
}

void EngineThread::send(const EngineCommand& command) {
    // The queue is far longer than what control ever sends at once; the engine empties it a step.
    while (!commands_.push(command))
        std::this_thread::yield();
    ++sent_;
}

void EngineThread::send_and_wait(const EngineCommand& command) {
    send(command);
    for (std::uint64_t done = obeyed_.load(std::memory_order_acquire); done < sent_;
         done = obeyed_.load(std::memory_order_acquire))
        obeyed_.wait(done, std::memory_order_acquire);
}

void EngineThread::attach_chain(std::size_t sink, std::unique_ptr<Chain> chain) {
    (void)detach_chain(sink);
    owned_chains_[sink] = std::move(chain);
    send([sink, made = owned_chains_[sink].get()](Engine& engine) noexcept {
        (void)engine.exchange_chain(sink, made);
    });
}

ChainCounters EngineThread::detach_chain(std::size_t sink) {
    if (!owned_chains_[sink]) return {};
    send_and_wait([sink](Engine& engine) noexcept { (void)engine.exchange_chain(sink, nullptr); });
    return std::exchange(owned_chains_[sink], nullptr)->counters();
}

void EngineThread::set_capture(std::unique_ptr<Capture> capture) {
    send_and_wait([opened = capture.get()](Engine& engine) noexcept {
        (void)engine.exchange_capture(opened);
    });
    owned_capture_ = std::move(capture);
}

}  // namespace tandem
