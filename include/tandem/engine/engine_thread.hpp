// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the engine in its own thread, SCHED_FIFO where that is allowed, and is the control thread's
// way to it: commands go in by a queue, their count comes back, the state by a latest-value buffer.
// A command waits for the engine's next step, 40 ms at most: what would wake it at once would cost
// it a look with every packet.
// Whatever the engine uses is owned here and destroyed here, once the engine has let go of it.
// Thread: control, one thread only, for all functions but where they say more. Not real-time safe:
// they allocate, free or wait.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "tandem/engine/engine.hpp"
#include "tandem/engine/engine_command.hpp"
#include "tandem/engine/latest_value.hpp"
#include "tandem/engine/spsc_queue.hpp"

namespace tandem {

class EngineThread {
  public:
    // Starts at once, with neither capture nor chains. Throws std::system_error.
    explicit EngineThread(SampleRate rate);
    // Ends the thread, then what the engine still had.
    ~EngineThread();
    EngineThread(const EngineThread&) = delete;
    EngineThread& operator=(const EngineThread&) = delete;

    // Whether the thread is SCHED_FIFO; if not, why_not_realtime() says why and what to do.
    [[nodiscard]] bool is_realtime() const noexcept { return why_not_realtime_.empty(); }
    [[nodiscard]] const std::string& why_not_realtime() const noexcept { return why_not_realtime_; }

    // `sink` is below kMostSinks; a chain that it has is detached first, which waits for the
    // engine.
    void attach_chain(std::size_t sink, std::unique_ptr<Chain> chain);
    // When this returns, the chain and its socket are gone; gives what it had counted (nothing if
    // there was none). Waits for the engine: one step.
    ChainCounters detach_chain(std::size_t sink);
    // Null: none. The one before is closed when this returns. Waits for the engine: one step.
    void set_capture(std::unique_ptr<Capture> capture);
    // Has the engine do `command` with its next step; in the order they were sent. Waits only while
    // 64 commands wait already.
    void send(const EngineCommand& command);

    // At most a step, or 25 ms, old. Never waits.
    [[nodiscard]] const EngineSnapshot& snapshot() { return snapshots_.latest(); }
    // What chains are made with; only the engine thread may read or write them.
    [[nodiscard]] const PcmHistory& history() const noexcept { return engine_.history(); }
    [[nodiscard]] FrameCache& frame_cache() noexcept { return engine_.frame_cache(); }
    // Grows with every step: the watchdog's proof of life. Any thread; real-time safe.
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_.load(); }

  private:
    void run() noexcept;
    void wait_until(Time next) noexcept;
    bool obey_commands() noexcept;  // whether there were any
    void send_and_wait(const EngineCommand& command);
    void ask_for_realtime();

    Engine engine_;
    SpscQueue<EngineCommand, 64> commands_;
    LatestValue<EngineSnapshot> snapshots_;
    std::atomic<bool> stop_{false};
    std::atomic<std::uint64_t> steps_{0};
    std::atomic<std::uint64_t> obeyed_{0};  // commands
    std::uint64_t sent_ = 0;                // commands
    std::string why_not_realtime_;
    std::array<std::unique_ptr<Chain>, kMostSinks> owned_chains_;
    std::unique_ptr<Capture> owned_capture_;
    std::thread thread_;
};

}  // namespace tandem
