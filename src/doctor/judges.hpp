// SPDX-License-Identifier: GPL-3.0-or-later
// The checks, one function each. Private to the room. Thread: any.
#pragma once

#include "tandem/doctor/checks.hpp"

namespace tandem {

// system.cpp
Judgement judge_service(const DoctorFacts& facts);
Judgement judge_watchdog(const DoctorFacts& facts);
Judgement judge_configuration(const DoctorFacts& facts);
Judgement judge_permissions(const DoctorFacts& facts);
Judgement judge_realtime(const DoctorFacts& facts);
// radio.cpp
Judgement judge_bluez(const DoctorFacts& facts);
Judgement judge_competitors(const DoctorFacts& facts);
Judgement judge_adapter(const DoctorFacts& facts);
Judgement judge_uart(const DoctorFacts& facts);
Judgement judge_airtime(const DoctorFacts& facts);
Judgement judge_wifi(const DoctorFacts& facts);
Judgement judge_paired(const DoctorFacts& facts);
Judgement judge_speakers(const DoctorFacts& facts);
// input.cpp
Judgement judge_card(const DoctorFacts& facts);
Judgement judge_card_rate(const DoctorFacts& facts);
Judgement judge_card_mono(const DoctorFacts& facts);
Judgement judge_card_clock(const DoctorFacts& facts);
Judgement judge_mixer(const DoctorFacts& facts);
Judgement judge_offset(const DoctorFacts& facts);
Judgement judge_hum(const DoctorFacts& facts);
Judgement judge_clipping(const DoctorFacts& facts);
Judgement judge_level(const DoctorFacts& facts);
Judgement judge_last_sound(const DoctorFacts& facts);

inline Judgement not_running() {
    return {Outcome::unknown, "The service does not answer, so this cannot be checked."};
}
inline Judgement no_config() {
    return {Outcome::unknown, "There is no valid configuration, so this cannot be checked."};
}

}  // namespace tandem
