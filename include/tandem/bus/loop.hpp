// SPDX-License-Identifier: GPL-3.0-or-later
// The control thread's event loop: descriptors, timers and posted work over epoll.
// Thread: control only, but for post(). Callbacks may add and remove watches and timers freely,
// their own included. An exception that leaves a callback ends run() with it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "tandem/base/units.hpp"

namespace tandem {

class Loop {
  public:
    // A watch or timer lives as long as its handle (move-only). An empty handle is allowed.
    class Handle {
      public:
        Handle() = default;
        explicit Handle(std::function<void()> cancel) : cancel_(std::move(cancel)) {}
        Handle(Handle&& other) noexcept : cancel_(std::exchange(other.cancel_, nullptr)) {}
        Handle& operator=(Handle&& other) noexcept {
            if (this != &other) {
                reset();
                cancel_ = std::exchange(other.cancel_, nullptr);
            }
            return *this;
        }
        ~Handle() { reset(); }
        void reset() {
            if (auto cancel = std::exchange(cancel_, nullptr)) cancel();
        }
        explicit operator bool() const { return static_cast<bool>(cancel_); }

      private:
        std::function<void()> cancel_;
    };

    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // Calls `ready(events)` whenever `fd` has any of `events` (EPOLLIN ...). The fd stays the
    // caller's. The same fd may be watched more than once.
    [[nodiscard]] Handle watch(int fd, std::uint32_t events,
                               std::function<void(std::uint32_t)> ready);
    // Calls `fire` once, `delay` from now (or: every `period` until the handle goes).
    [[nodiscard]] Handle after(Duration delay, std::function<void()> fire);
    [[nodiscard]] Handle every(Duration period, std::function<void()> fire);
    // Runs `work` on the loop's thread, soon. Thread-safe.
    void post(std::function<void()> work);
    // The same for work that needs its `owner`: left out if that has gone by then.
    void post(std::weak_ptr<const void> owner, std::function<void()> work);

    void run();   // until stop()
    void stop();  // thread-safe

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace tandem
