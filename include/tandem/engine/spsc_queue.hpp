// SPDX-License-Identifier: GPL-3.0-or-later
// A fixed-size queue between exactly one producer and one consumer thread. Real-time safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>

namespace tandem {

template <typename T, std::size_t Capacity>
class SpscQueue {
    static_assert((Capacity & (Capacity - 1)) == 0, "a power of two");

  public:
    // Producer's thread; real-time safe. False: full, nothing was taken.
    [[nodiscard]] bool push(const T& value) noexcept {
        const std::size_t tail = tail_.load(std::memory_order_relaxed);
        if (tail - head_.load(std::memory_order_acquire) == Capacity) return false;
        items_[tail % Capacity] = value;
        tail_.store(tail + 1, std::memory_order_release);
        return true;
    }

    // Consumer's thread; real-time safe. Nothing: empty.
    [[nodiscard]] std::optional<T> pop() noexcept {
        const std::size_t head = head_.load(std::memory_order_relaxed);
        if (head == tail_.load(std::memory_order_acquire)) return std::nullopt;
        T value = items_[head % Capacity];
        head_.store(head + 1, std::memory_order_release);
        return value;
    }

  private:
    std::array<T, Capacity> items_{};
    alignas(64) std::atomic<std::size_t> head_{0};
    alignas(64) std::atomic<std::size_t> tail_{0};
};

}  // namespace tandem
