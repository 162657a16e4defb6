// SPDX-License-Identifier: GPL-3.0-or-later
// What is left of millions of values: how they spread. Thread: one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tandem::sim {

// Counts values in bins of a microsecond up to 20 ms; what is beyond is kept by its size alone.
class Spread {
  public:
    void add(double ms) {
        const double bin = std::clamp(std::round((ms + kReach_ms) * 1e3), 0.0, kBins - 1.0);
        ++bins_[static_cast<std::size_t>(bin)];
        ++count_;
        most_ = std::max(most_, std::abs(ms));
    }
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    // The largest, without its sign.
    [[nodiscard]] double most_ms() const noexcept { return most_; }
    // The value that the share `part` of all does not exceed.
    [[nodiscard]] double percentile(double part) const noexcept {
        const double wanted = part * static_cast<double>(count_);
        double seen = 0;
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            seen += bins_[i];
            if (seen >= wanted) return static_cast<double>(i) / 1e3 - kReach_ms;
        }
        return kReach_ms;
    }
    // Below which the share `part` of all lies, without the signs.
    [[nodiscard]] double magnitude(double part) const noexcept {
        const double wanted = part * static_cast<double>(count_);
        const std::size_t zero = bins_.size() / 2;
        double seen = bins_[zero];
        for (std::size_t i = 1; i <= zero; ++i) {
            if (seen >= wanted) return static_cast<double>(i - 1) / 1e3;
            seen += bins_[zero - i] + bins_[zero + i];
        }
        return kReach_ms;
    }

  private:
    static constexpr double kReach_ms = 20;
    static constexpr std::size_t kBins = 40'001;
    std::vector<std::uint32_t> bins_ = std::vector<std::uint32_t>(kBins);
    std::uint64_t count_ = 0;
    double most_ = 0;
};

struct Mean {
    double sum = 0;
    std::uint64_t count = 0;
    void add(double value) noexcept {
        sum += value;
        ++count;
    }
    [[nodiscard]] double value() const noexcept {
        return count > 0 ? sum / static_cast<double>(count) : 0;
    }
};

}  // namespace tandem::sim
