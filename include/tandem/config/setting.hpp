// SPDX-License-Identifier: GPL-3.0-or-later
// A number that the configuration gives and the user may change while the service runs. Thread:
// any. Real-time safe: yes.
#pragma once

#include <type_traits>

namespace tandem {

// `Limits` has kLeast and kMost, both allowed.
template <typename Limits>
class Setting {
  public:
    using Value = std::remove_const_t<decltype(Limits::kMost)>;

    explicit Setting(Value configured = {}) noexcept
        : configured_(configured), value_(configured) {}

    // After the configuration was read: the user's value stays, unless the configured one changed.
    void configure(Value configured) noexcept {
        if (configured != configured_) value_ = configured;
        configured_ = configured;
    }
    // Returns false, and changes nothing, outside the limits.
    [[nodiscard]] bool set(Value value) noexcept {
        if (!(value >= Limits::kLeast && value <= Limits::kMost)) return false;  // NaN is outside
        value_ = value;
        return true;
    }
    // After `configured` was written to the configuration.
    void saved_as(Value configured) noexcept { configured_ = configured; }

    [[nodiscard]] Value value() const noexcept { return value_; }
    // Whether the configuration has the same value.
    [[nodiscard]] bool saved() const noexcept { return value_ == configured_; }

  private:
    Value configured_;
    Value value_;
};

}  // namespace tandem
