// SPDX-License-Identifier: GPL-3.0-or-later
// Gathers the facts on this machine; changes nothing. Takes a few seconds, since it listens to the
// input. Thread: any.
#pragma once

#include <string>

#include "tandem/doctor/facts.hpp"

namespace tandem {

// `config_file` is read if no service is running; otherwise the file that the service uses.
[[nodiscard]] DoctorFacts gather_facts(const std::string& config_file);

// Its parts, in the order in which they are called.
void gather_unit(DoctorFacts& facts);
void gather_radio(DoctorFacts& facts);  // adapters, Wi-Fi, BlueZ, competing programs
void gather_bluez(DoctorFacts& facts);  // after gather_radio(): paired speakers, searches
void gather_card(DoctorFacts& facts);   // after the configuration was read

}  // namespace tandem
