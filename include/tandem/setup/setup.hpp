// SPDX-License-Identifier: GPL-3.0-or-later
// The guided start: from a card and two speakers to music on both. Pure: what it does to the
// machine and how it talks with the person are behind two seams. Thread: the caller's.
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
#include "tandem/remote/bridge_commands.hpp"
#include "tandem/status/status.hpp"

namespace tandem {

// A card that records, and what it hears right now.
struct HeardCard {
    RecordingDevice device;
    CaptureSettings settings;  // that it takes
    Levels levels;
    std::string trouble;  // why it cannot be heard; empty: it can
};

// Ctrl-C, SIGTERM, or a terminal that went away.
class SetupInterrupted : public std::runtime_error {
  public:
    SetupInterrupted() : std::runtime_error("Interrupted: everything is as it was before.") {}
};

// what() is one sentence: what could not be done, and what to do.
class SetupError : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// What set-up does to the machine. Each function throws SetupInterrupted when the person has had
// enough, and SetupError (or what its part throws) when it cannot be done.
class SetupWork {
  public:
    virtual ~SetupWork() = default;
    // All cards that record, with what they have heard of late; to be called again and again.
    virtual std::vector<HeardCard> listen() = 0;
    virtual void stop_listening() = 0;
    // How the device can be opened. Throws CaptureError.
    virtual CaptureSettings settings_for(const std::string& device) = 0;
    // Searches from the first call on; what was found so far.
    virtual std::vector<FoundSpeaker> search() = 0;
    virtual void stop_searching() = 0;
    struct PairOutcome {
        std::string failure;      // as a sentence; empty: it is paired
        bool was_paired = false;  // and connected: nothing was to be done
        bool renewed = false;     // an older pairing was removed
    };
    virtual PairOutcome pair(const std::string& address) = 0;
    virtual void unpair(const std::string& address) = 0;
    // nullopt: there is no such file (which write_config(nullopt) makes so again).
    virtual std::optional<std::string> read_config() = 0;
    // Throws SetupError if the file is no longer what was last read or written here.
    virtual void write_config(const std::optional<std::string>& text) = 0;
    [[nodiscard]] virtual std::string config_file() const = 0;
    // Starts the service, or has it read its configuration again; returns when it answers.
    virtual void start_service() = 0;
    virtual BridgeStatus status() = 0;
    virtual void identify(const std::string& sink) = 0;
    virtual void click(int count) = 0;
    virtual TrimChange adjust_trim(const std::string& sink, Duration by) = 0;
    virtual void save_trim(const std::string& sink, Duration trim) = 0;
    virtual void pause(Duration length) = 0;
    [[nodiscard]] virtual Time now() const = 0;
    // What takes things back must not be interrupted: from now on nothing throws SetupInterrupted.
    virtual void ignore_interrupts() = 0;
};

// What the person presses while listening.
enum class Key { enter, left, right, up, down, quit, other, none };

// The person.
class SetupScreen {
  public:
    virtual ~SetupScreen() = default;
    virtual void say(const std::string& line) = 0;
    // Shows the rows, renewed many times a second, until one is chosen. `rows` may grow and shrink;
    // a row that says `{false, ...}` cannot be chosen.
    struct Row {
        bool can_be_chosen = true;
        std::string text;
    };
    virtual std::size_t choose(const std::string& question,
                               const std::function<std::vector<Row>()>& rows) = 0;
    // One of the letters in `answers`; Enter means the first.
    virtual char ask(const std::string& question, std::string_view answers) = 0;
    // Shows one line in place, and waits for a key at most so long.
    virtual Key show_and_wait(const std::string& line, Duration limit) = 0;
};

struct SetupOptions {
    std::string card;                    // an ALSA PCM; empty: it is asked for, or found
    std::vector<NamedSpeaker> speakers;  // none: they are asked for, or found
    bool yes = false;                    // asks nothing
};

// Throws what stopped it, after everything has been put back to what it was: configuration, service
// and pairings.
void set_up(const SetupOptions& options, SetupScreen& screen, SetupWork& work);

}  // namespace tandem
