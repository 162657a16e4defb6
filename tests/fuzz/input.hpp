// SPDX-License-Identifier: GPL-3.0-or-later
// A fuzzer's input, taken from its front. What is no longer there is 0.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace tandem::fuzz {

class Input {
  public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

    [[nodiscard]] bool empty() const { return rest_.empty(); }
    [[nodiscard]] std::uint8_t byte() {
        const auto taken = bytes(1);
        return taken.empty() ? std::uint8_t{0} : taken.front();
    }
    // As many as there are, `count` at most.
    [[nodiscard]] std::span<const std::uint8_t> bytes(std::size_t count) {
        const auto taken = rest_.first(std::min(count, rest_.size()));
        rest_ = rest_.subspan(taken.size());
        return taken;
    }
    // Up to the next newline, which is taken too.
    [[nodiscard]] std::string line() {
        const auto end = std::find(rest_.begin(), rest_.end(), '\n');
        const auto taken = bytes(static_cast<std::size_t>(end - rest_.begin()));
        (void)bytes(1);
        return {taken.begin(), taken.end()};
    }
    [[nodiscard]] std::span<const std::uint8_t> rest() { return bytes(rest_.size()); }

  private:
    std::span<const std::uint8_t> rest_;
};

}  // namespace tandem::fuzz
