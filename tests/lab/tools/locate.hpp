// SPDX-License-Identifier: GPL-3.0-or-later
// Finds decoded sound in the noise that was played: at which frame of the noise does this stretch
// begin?
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "wav.hpp"

namespace lab {

// Where in the hay the needle begins, anywhere; nothing when it correlates by less than `found`
// (0..1) there.
[[nodiscard]] std::optional<std::int64_t> find_in(std::span<const float> hay,
                                                  std::span<const float> needle, double found);

class Locator {
  public:
    explicit Locator(const Sound& played);

    // Looks for the stretch at `guess`, give or take `reach` frames. Nothing when it is not there.
    [[nodiscard]] std::optional<std::int64_t> near(std::span<const float> stretch,
                                                   std::int64_t guess, std::int64_t reach) const;
    // Looks for it anywhere from `first` to `last`.
    [[nodiscard]] std::optional<std::int64_t> between(std::span<const float> stretch,
                                                      std::int64_t first, std::int64_t last) const;

    [[nodiscard]] std::int64_t frames() const { return static_cast<std::int64_t>(mix_.size()); }
    [[nodiscard]] double rms() const { return rms_; }

  private:
    [[nodiscard]] double correlation(std::span<const float> stretch, std::int64_t at) const;

    std::vector<float> mix_;  // left + right: in it, whatever role a speaker plays is found
    double rms_{};
};

}  // namespace lab
