// SPDX-License-Identifier: GPL-3.0-or-later
// The steps of set_up(), and how they are undone. Thread: the caller's.
#pragma once

#include "tandem/setup/setup.hpp"

namespace tandem {

// Remembers what was changed and how it was before.
class SetupUndo {
  public:
    explicit SetupUndo(SetupWork& work) : work_(work) {}

    void paired(const std::string& address) { paired_.push_back(address); }
    // Call before the first change to the file.
    void file_was(std::optional<std::string> text) { file_ = std::move(text); }
    void file_changes() { file_changed_ = true; }
    [[nodiscard]] bool file_changed() const { return file_changed_; }
    [[nodiscard]] const std::optional<std::string>& file() const { return file_; }
    // Undoes everything. Returns a sentence for each thing that could not be undone.
    [[nodiscard]] std::vector<std::string> take_back();

  private:
    SetupWork& work_;
    std::vector<std::string> paired_;
    std::optional<std::string> file_;
    bool file_changed_ = false;
};

// What all steps share.
struct SetupRun {
    const SetupOptions& options;
    SetupScreen& screen;
    SetupWork& work;
    SetupUndo& undo;
};

[[nodiscard]] CaptureSettings choose_card(SetupRun& run);
[[nodiscard]] std::vector<NamedSpeaker> choose_speakers(SetupRun& run);
void pair_all(SetupRun& run, const std::vector<NamedSpeaker>& speakers);
// Writes the configuration, starts the service and waits for the speakers to play.
void put_in_force(SetupRun& run, const Equipment& wanted);
// Asks which speaker plays a tone, and swaps the names left and right if they are wrong.
void name_by_tone(SetupRun& run, Equipment& wanted);
void trim_by_ear(SetupRun& run, const Equipment& wanted);

}  // namespace tandem
