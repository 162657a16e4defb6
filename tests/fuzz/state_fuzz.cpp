// SPDX-License-Identifier: GPL-3.0-or-later
// The state file. Input: its text.
#include "fuzz/expect.hpp"
#include "tandem/config/learned_state.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    LearnedState state;
    try {
        state = parse_learned_state(std::string(reinterpret_cast<const char*>(data), size));
    } catch (const LearnedStateError&) {
        return 0;
    }
    const std::string text = to_toml(state);
    try {
        const LearnedState again = parse_learned_state(text);
        fuzz::expect(again.speakers.size() == state.speakers.size(), "no speaker is lost", text);
        fuzz::expect(to_toml(again) == text, "what was written is read as it was", text);
    } catch (const LearnedStateError& error) {
        fuzz::expect(false, "what was written can be read", error.what() + ("\n" + text));
    }
    return 0;
}
