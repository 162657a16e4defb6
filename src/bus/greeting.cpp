// SPDX-License-Identifier: GPL-3.0-or-later
#include "bus/greeting.hpp"

#include <pthread.h>

#include <mutex>
#include <thread>
#include <utility>

namespace tandem {
namespace {

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
    Loop* loop;  // null: given up, and the loop may be gone
    std::function<void(Outcome)> done;
    Outcome outcome;
};

Greeting::Greeting(Loop& loop, std::string address, std::function<void(Outcome)> done)
    : shared_(std::make_shared<Shared>()) {
    shared_->loop = &loop;
    shared_->done = std::move(done);
    std::thread([shared = shared_, address = std::move(address)] {
        pthread_setname_np(pthread_self(), "tandem-greeting");
        Outcome outcome = greet(address);
        const std::lock_guard lock(shared->mutex);
        if (shared->loop == nullptr) return;
        shared->outcome = std::move(outcome);
        shared->loop->post([weak = std::weak_ptr(shared)] {
            // Gone: given up after it was posted.
            if (const auto alive = weak.lock()) alive->done(std::move(alive->outcome));
        });
    }).detach();
}

Greeting::~Greeting() {
    const std::lock_guard lock(shared_->mutex);
    shared_->loop = nullptr;
}

}  // namespace tandem
