// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/profile.hpp"

#include <array>

namespace tandem {
namespace {

using std::chrono::milliseconds;

// Air for two sinks at 48 kHz over 3-DH5 (design: docs/timing.md, "What a profile costs").
constexpr std::array<ProfileSettings, 3> kProfiles{{
    {"low-latency", 3, 51, 53, milliseconds{4}, 4},
    {"balanced", 7, 51, 53, milliseconds{6}, 6},
    {"robust", 12, 33, 35, milliseconds{12}, 12},
}};

}  // namespace

const ProfileSettings& settings_of(Profile profile) noexcept {
    return kProfiles[static_cast<std::size_t>(profile)];
}

}  // namespace tandem
