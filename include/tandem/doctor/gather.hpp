// SPDX-License-Identifier: GPL-3.0-or-later
// Looks at this machine for the doctor. Takes some seconds, since it listens to the input; changes
// nothing. Thread: any.
#pragma once

#include <string>

#include "tandem/doctor/facts.hpp"

namespace tandem {

// `config_file`: what to read where no service runs that names its own.
[[nodiscard]] DoctorFacts gather_facts(const std::string& config_file);

// Parts of it, by where they look.
void gather_unit(DoctorFacts& facts);
void gather_radio(DoctorFacts& facts);  // adapters, Wi-Fi, BlueZ, what competes with it
void gather_bluez(DoctorFacts& facts);  // after it: what is paired, who searches
void gather_card(DoctorFacts& facts);   // after the configuration

}  // namespace tandem
