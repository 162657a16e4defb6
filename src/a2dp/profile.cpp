// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/a2dp/profile.hpp"

#include <array>

namespace tandem {
namespace {

using std::chrono::milliseconds;

constexpr std::array<ProfileSettings, 3> kProfiles{{
    {"low-latency", 3, 51, 53, milliseconds{4}},
    {"balanced", 8, 51, 53, milliseconds{6}},
    {"robust", 12, 33, 35, milliseconds{12}},
}};

}  // namespace

const ProfileSettings& settings_of(Profile profile) noexcept {
    return kProfiles[static_cast<std::size_t>(profile)];
}

}  // namespace tandem
