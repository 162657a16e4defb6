// SPDX-License-Identifier: GPL-3.0-or-later
#include "bus/greeting.hpp"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace tandem {
namespace {

// A bus answers within milliseconds. To one that hangs it is not worth waiting for.
constexpr auto kPatience = std::chrono::milliseconds{500};

Greeting::Outcome greet(const std::string& address) {
    Greeting::Outcome outcome;
    try {
        // The well-known form frees its connection when the greeting fails; the other one leaks
        // it, so it is left to tests and to those who ask for an address.
        if (address.empty())
            outcome.bus = std::make_unique<core::dbus::Bus>(core::dbus::WellKnownBus::system);
        else
            outcome.bus = std::make_unique<core::dbus::Bus>(address);
    } catch (const std::exception& error) {
        outcome.error = error.what();
    }
    return outcome;
}

}  // namespace

struct Greeting::Shared {
    std::mutex mutex;
    std::condition_variable ended;
    bool over = false;  // the thread has nothing left to do but to end
    Loop* loop;         // null: given up, and the loop may be gone
    std::function<void(Outcome)> done;
    Outcome outcome;
};

Greeting::Greeting(Loop& loop, std::string address, std::function<void(Outcome)> done)
    : shared_(std::make_shared<Shared>()) {
    shared_->loop = &loop;
    shared_->done = std::move(done);
    thread_ = std::thread([shared = shared_, address = std::move(address)] {
        pthread_setname_np(pthread_self(), "tandem-greeting");
        Outcome outcome = greet(address);
        const std::lock_guard lock(shared->mutex);
        if (shared->loop != nullptr) {
            shared->outcome = std::move(outcome);
            shared->loop->post([weak = std::weak_ptr(shared)] {
                // Gone: given up after it was posted.
                if (const auto alive = weak.lock()) alive->done(std::move(alive->outcome));
            });
        }
        outcome = {};
        shared->over = true;
        shared->ended.notify_all();
    });
}

// A thread left behind reads strings of dbus-cpp that the process frees when it exits.
Greeting::~Greeting() {
    std::unique_lock lock(shared_->mutex);
    shared_->loop = nullptr;
    const bool over = shared_->ended.wait_for(lock, kPatience, [this] { return shared_->over; });
    lock.unlock();
    if (over)
        thread_.join();
    else
        thread_.detach();
}

}  // namespace tandem
