// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/timing/calm.hpp"

namespace tandem {
namespace {

constexpr Duration kSilence = std::chrono::milliseconds{150};
constexpr Duration kPatience = std::chrono::seconds{1};

}  // namespace

bool Calm::came(std::uint64_t said, Time now) noexcept {
    if (!look_) look_ = {now, now, said};
    if (said != look_->said) {
        look_->said = said;
        look_->changed = now;
    }
    return now - look_->changed >= kSilence || now - look_->first >= kPatience;
}

}  // namespace tandem
