// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace tandem {

// Which part of the stereo input a speaker plays (on all of its channels).
enum class Role { stereo, left, right, mono };

}  // namespace tandem
