// SPDX-License-Identifier: GPL-3.0-or-later
// Which part of the stereo input a speaker plays (on all of its channels). Thread: any.
#pragma once

namespace tandem {

enum class Role { stereo, left, right, mono };

}  // namespace tandem
