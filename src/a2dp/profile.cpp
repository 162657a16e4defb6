// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/profile.hpp"

#include <array>

namespace tandem {
namespace {

using std::chrono::milliseconds;

// The queue holds about 250 ms: of what is later than that, speakers have run dry already.
constexpr std::array<ProfileSettings, 3> kProfiles{{
    {"low-latency", 3, 51, 53, milliseconds{4}, 30},
    {"balanced", 8, 51, 53, milliseconds{6}, 12},
    {"robust", 12, 33, 35, milliseconds{12}, 8},
}};

}  // namespace

const ProfileSettings& settings_of(Profile profile) noexcept {
    return kProfiles[static_cast<std::size_t>(profile)];
}

}  // namespace tandem
