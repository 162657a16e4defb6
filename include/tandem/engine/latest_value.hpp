// SPDX-License-Identifier: GPL-3.0-or-later
// One writer publishes, one reader sees the newest whole value; neither ever waits (three buffers
// and an atomic exchange of their roles). Threads: one writer, one reader.
// Real-time safe.
#pragma once

#include <array>
#include <atomic>
#include <type_traits>

namespace tandem {

template <typename T>
class LatestValue {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    // Writer's thread; real-time safe.
    void publish(const T& value) noexcept {
        buffers_[back_] = value;
        back_ = middle_.exchange(back_ | kFresh, std::memory_order_acq_rel) & kIndex;
    }

    // Reader's thread; real-time safe. A default-made value before the first publish. What it
    // refers to stays as it is until the next call.
    [[nodiscard]] const T& latest() noexcept {
        if (middle_.load(std::memory_order_relaxed) & kFresh)
            front_ = middle_.exchange(front_, std::memory_order_acq_rel) & kIndex;
        return buffers_[front_];
    }

  private:
    static constexpr unsigned kFresh = 4;
    static constexpr unsigned kIndex = 3;

    std::array<T, 3> buffers_{};
    std::atomic<unsigned> middle_{1};
    unsigned back_ = 0;
    unsigned front_ = 2;
};

}  // namespace tandem
