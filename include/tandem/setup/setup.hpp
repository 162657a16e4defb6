// SPDX-License-Identifier: GPL-3.0-or-later
// The guided setup: from a card and two speakers to music on both. What it does to the machine and
// how it talks to the person are behind two interfaces. Thread: the caller's.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "tandem/audio/alsa_cards.hpp"
#include "tandem/audio/capture.hpp"
#include "tandem/audio/levels.hpp"
#include "tandem/config/config_setup.hpp"
#include "tandem/pairing/scan.hpp"
#include "tandem/remote/commands.hpp"
#include "tandem/status/status.hpp"

namespace tandem {

// A card that records, and its level right now.
struct HeardCard {
    RecordingDevice device;
    CaptureSettings settings;  // that it supports
    Levels levels;
    std::string trouble;  // why it cannot be listened to; empty if it can
};

// Thrown after Ctrl-C, SIGTERM, or when the terminal went away.
class SetupInterrupted : public std::runtime_error {
  public:
    SetupInterrupted() : std::runtime_error("Interrupted: all changes were undone.") {}
};

// what() is one sentence: what failed, and what to do.
class SetupError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// What setup does to the machine. Any function throws SetupInterrupted if the person interrupts it,
// and SetupError, or an error of the part it uses, if it fails.
class SetupWork {
  public:
    virtual ~SetupWork() = default;
    // Returns all cards that record, with their recent levels. Call it at least ten times a second.
    virtual std::vector<HeardCard> listen() = 0;
    virtual void stop_listening() = 0;
    // Returns how the device can be opened. Throws CaptureError.
    virtual CaptureSettings settings_for(const std::string& device) = 0;
    // Starts a search on the first call. Returns the speakers found so far.
    virtual std::vector<FoundSpeaker> search() = 0;
    virtual void stop_searching() = 0;
    struct PairOutcome {
        std::string failure;      // as a sentence; empty: it is paired
        bool was_paired = false;  // and connected: nothing was to be done
        bool renewed = false;     // an older pairing was removed
    };
    virtual PairOutcome pair(const std::string& address) = 0;
    virtual void unpair(const std::string& address) = 0;
    // nullopt stands for no file: write_config(nullopt) removes it.
    virtual std::optional<std::string> read_config() = 0;
    // Throws SetupError if the file is no longer what was last read or written here.
    virtual void write_config(const std::optional<std::string>& text) = 0;
    [[nodiscard]] virtual std::string config_file() const = 0;
    // Starts the service, or makes it reload its configuration. Returns once it answers.
    virtual void start_service() = 0;
    virtual BridgeStatus status() = 0;
    virtual void identify(const std::string& sink) = 0;
    virtual void click(int count) = 0;
    virtual TrimChange adjust_trim(const std::string& sink, Duration by) = 0;
    virtual void save_trim(const std::string& sink, Duration trim) = 0;
    virtual void pause(Duration length) = 0;
    [[nodiscard]] virtual Time now() const = 0;
    // From now on nothing throws SetupInterrupted: undoing must not be interrupted.
    virtual void ignore_interrupts() = 0;
};

// A key pressed while listening.
enum class Key { enter, left, right, up, down, quit, other, none };

// The person.
class SetupScreen {
  public:
    virtual ~SetupScreen() = default;
    virtual void say(const std::string& line) = 0;
    // Shows the rows, calling `rows` many times a second, until one is chosen.
    // Returns its index.
    struct Row {
        bool can_be_chosen = true;
        std::string text;
    };
    virtual std::size_t choose(const std::string& question,
                               const std::function<std::vector<Row>()>& rows) = 0;
    // Returns the letter of `answers` that was pressed; Enter means the first.
    virtual char ask(const std::string& question, std::string_view answers) = 0;
    // Shows one line in place of the last one, and waits up to `limit` for a key.
    virtual Key show_and_wait(const std::string& line, Duration limit) = 0;
};

struct SetupOptions {
    std::string card;                    // an ALSA PCM; empty: ask, or find it
    std::vector<NamedSpeaker> speakers;  // none: ask, or find them
    bool yes = false;                    // ask nothing
};

// If anything fails, undoes all changes to configuration, service and pairings, then throws the
// error on.
void set_up(const SetupOptions& options, SetupScreen& screen, SetupWork& work);

}  // namespace tandem
