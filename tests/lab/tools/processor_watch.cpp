// SPDX-License-Identifier: GPL-3.0-or-later
#include "processor_watch.hpp"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <ctime>

#include "standstills.hpp"

namespace lab {
namespace {

constexpr Time kLook = std::chrono::milliseconds{20};

Time now() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::chrono::seconds{now.tv_sec} + Time{now.tv_nsec};
}

void sleep_until(Time due) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(due);
    const timespec until{seconds.count(), static_cast<long>((due - seconds).count())};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) != 0) {
    }
}

}  // namespace

ProcessorWatch::ProcessorWatch(int priority) {
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    for (int i = 0; i < processors; ++i)
        threads_.emplace_back([this, i, priority] { watch(i, priority); });
}

ProcessorWatch::~ProcessorWatch() {
    {
        const std::lock_guard lock{mutex_};
        state_ = State::ends;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void ProcessorWatch::look(bool on) {
    {
        const std::lock_guard lock{mutex_};
        state_ = on ? State::looks : State::rests;
    }
    changed_.notify_all();
}

std::vector<std::pair<Time, Time>> ProcessorWatch::take() {
    const std::lock_guard lock{mutex_};
    return std::exchange(seen_, {});
}

bool ProcessorWatch::wait_for_work() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return state_ != State::rests; });
    return state_ == State::looks;
}

void ProcessorWatch::watch(int processor, int priority) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(static_cast<std::size_t>(processor), &only);
    (void)pthread_setaffinity_np(pthread_self(), sizeof only, &only);
    sched_param above{};
    above.sched_priority = priority;
    (void)pthread_setschedparam(pthread_self(), SCHED_FIFO, &above);
    while (wait_for_work()) {
        const Time due = now() + kLook;
        sleep_until(due);
        const Time woke = now();
        if (woke - due <= kStandstill) continue;
        const std::lock_guard lock{mutex_};
        seen_.emplace_back(due, woke);
    }
}

}  // namespace lab
