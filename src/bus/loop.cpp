// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/bus/loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
#include <vector>

#include "tandem/base/clock.hpp"
#include "tandem/base/owned_fd.hpp"

namespace tandem {
namespace {

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

struct Loop::State {
    struct Watch {
        std::uint32_t events;
        std::shared_ptr<std::function<void(std::uint32_t)>> ready;
    };
    struct Timer {
        std::optional<Duration> period;
        std::shared_ptr<std::function<void()>> fire;
    };
    using Id = std::uint64_t;
    using TimerKey = std::pair<Time, Id>;

    OwnedFd epoll{epoll_create1(EPOLL_CLOEXEC)};
    OwnedFd wake{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    Id next_id = 1;
    std::map<int, std::map<Id, Watch>> watches;  // by descriptor: epoll takes each only once
    std::map<TimerKey, Timer> timers;
    std::map<Id, Time> timer_due;  // to find a timer by its handle
    std::mutex posted_mutex;
    std::vector<std::function<void()>> posted;
    std::atomic<bool> stopping{false};

    void update(int fd, bool known) {
        const auto found = watches.find(fd);
        if (found == watches.end()) {
            // The owner may have closed it already, and then the kernel has forgotten it.
            epoll_ctl(epoll.get(), EPOLL_CTL_DEL, fd, nullptr);
            return;
        }
        epoll_event event{};
        for (const auto& [id, watch] : found->second)
            event.events |= watch.events;
        event.data.fd = fd;
        if (epoll_ctl(epoll.get(), known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &event) != 0) {
            fail("Cannot watch a file descriptor for events");
        }
    }

    void unwatch(int fd, Id id) {
        const auto found = watches.find(fd);
        if (found == watches.end() || found->second.erase(id) == 0) return;
        if (found->second.empty()) {
            watches.erase(found);
            update(fd, true);
            return;
        }
        try {
            update(fd, true);
        } catch (const std::system_error&) {  // closed under us: its events are over anyway
        }
    }

    Id add_timer(Duration delay, Timer timer) {
        const Id id = next_id++;
        const Time due = now_monotonic() + delay;
        timers.emplace(TimerKey{due, id}, std::move(timer));
        timer_due.emplace(id, due);
        return id;
    }

    void remove_timer(Id id) {
        const auto found = timer_due.find(id);
        if (found == timer_due.end()) return;
        timers.erase({found->second, id});
        timer_due.erase(found);
    }

    void signal() const {
        const std::uint64_t one = 1;
        // Fails only when the counter is full, and then the loop is awake already.
        [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
    }

    // Milliseconds for epoll_wait, rounded up so that a timer is due when it returns.
    [[nodiscard]] int wait_ms() const {
        if (timers.empty()) return -1;
        const Duration left = timers.begin()->first.first - now_monotonic();
        if (left.count() <= 0) return 0;
        const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
        return ms > INT_MAX ? INT_MAX : static_cast<int>(ms);
    }

    void run_posted() {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(wake.get(), &count, sizeof count);
        std::vector<std::function<void()>> work;
        {
            const std::lock_guard lock(posted_mutex);
            work.swap(posted);
        }
        for (auto& item : work)
            item();
    }

    void run_watches(int fd, std::uint32_t events) {
        const auto found = watches.find(fd);
        if (found == watches.end()) return;
        std::vector<Id> ids;
        for (const auto& [id, watch] : found->second)
            ids.push_back(id);
        for (const Id id : ids) {
            const auto still = watches.find(fd);
            if (still == watches.end()) return;
            const auto watch = still->second.find(id);
            if (watch == still->second.end()) continue;
            const auto mine = events & (watch->second.events | EPOLLERR | EPOLLHUP);
            if (mine == 0) continue;
            const auto ready = watch->second.ready;  // outlives its own removal
            (*ready)(mine);
        }
    }

    void run_timers() {
        const Time now = now_monotonic();
        while (!timers.empty() && timers.begin()->first.first <= now) {
            const auto [due, id] = timers.begin()->first;
            Timer timer = std::move(timers.begin()->second);
            timers.erase(timers.begin());
            timer_due.erase(id);
            const auto fire = timer.fire;
            if (timer.period) {
                Time next = due + *timer.period;  // keeps its phase, but never owes a burst
                if (next <= now) next = now + *timer.period;
                timers.emplace(TimerKey{next, id}, std::move(timer));
                timer_due.emplace(id, next);
            }
            (*fire)();
        }
    }
};

Loop::Loop() : state_(std::make_shared<State>()) {
    if (!state_->epoll || !state_->wake) fail("Cannot create the event loop");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = state_->wake.get();
    if (epoll_ctl(state_->epoll.get(), EPOLL_CTL_ADD, state_->wake.get(), &event) != 0) {
        fail("Cannot create the event loop");
    }
}

Loop::~Loop() = default;

Loop::Handle Loop::watch(int fd, std::uint32_t events, std::function<void(std::uint32_t)> ready) {
    const auto id = state_->next_id++;
    const bool known = state_->watches.contains(fd);
    state_->watches[fd].emplace(
        id, State::Watch{events,
                         std::make_shared<std::function<void(std::uint32_t)>>(std::move(ready))});
    try {
        state_->update(fd, known);
    } catch (...) {
        state_->watches[fd].erase(id);
        if (state_->watches[fd].empty()) state_->watches.erase(fd);
        throw;
    }
    return Handle([weak = std::weak_ptr(state_), fd, id] {
        if (const auto state = weak.lock()) state->unwatch(fd, id);
    });
}

Loop::Handle Loop::after(Duration delay, std::function<void()> fire) {
    const auto id = state_->add_timer(
        delay, {std::nullopt, std::make_shared<std::function<void()>>(std::move(fire))});
    return Handle([weak = std::weak_ptr(state_), id] {
        if (const auto state = weak.lock()) state->remove_timer(id);
    });
}

Loop::Handle Loop::every(Duration period, std::function<void()> fire) {
    const auto id = state_->add_timer(
        period, {period, std::make_shared<std::function<void()>>(std::move(fire))});
    return Handle([weak = std::weak_ptr(state_), id] {
        if (const auto state = weak.lock()) state->remove_timer(id);
    });
}

void Loop::post(std::function<void()> work) {
    {
        const std::lock_guard lock(state_->posted_mutex);
        state_->posted.push_back(std::move(work));
    }
    state_->signal();
}

void Loop::post(std::weak_ptr<const void> owner, std::function<void()> work) {
    post([owner = std::move(owner), work = std::move(work)] {
        if (!owner.expired()) work();
    });
}

void Loop::run() {
    const auto state = state_;
    std::array<epoll_event, 32> events{};
    while (!state->stopping.exchange(false)) {
        const int count = epoll_wait(state->epoll.get(), events.data(),
                                     static_cast<int>(events.size()), state->wait_ms());
        if (count < 0 && errno != EINTR) fail("Cannot wait for events");
        for (int i = 0; i < count; ++i) {
            const auto& event = events[static_cast<std::size_t>(i)];
            if (event.data.fd == state->wake.get()) {
                state->run_posted();
            } else {
                state->run_watches(event.data.fd, event.events);
            }
        }
        state->run_timers();
    }
}

void Loop::stop() {
    state_->stopping = true;
    state_->signal();
}

}  // namespace tandem
