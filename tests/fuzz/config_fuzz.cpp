// SPDX-License-Identifier: GPL-3.0-or-later
// The configuration file. Input: its text.
#include <algorithm>

#include "fuzz/expect.hpp"
#include "tandem/config/config.hpp"
#include "tandem/config/config_edit.hpp"

namespace tandem::fuzz {
namespace {

void expect_one_line(const std::string& sentence) {
    const bool printable = std::ranges::none_of(sentence, [](char letter) {
        return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
    });
    expect(printable, "an error is one printable line", sentence);
}

void expect_in_range(const Config& config) {
    expect(config.sinks.size() <= 4, "there are at most four sinks");
    expect(config.capture.period.count >= 64 && config.capture.period.count <= 1024,
           "a period has 64 to 1024 frames");
    for (const SinkConfig& sink : config.sinks) {
        expect(sink.trim >= from_ms(-500) && sink.trim <= from_ms(500), "a trim is in range");
        expect(sink.gain_db >= -60 && sink.gain_db <= 12, "a gain is in range");
        expect(!sink.latency || (*sink.latency >= from_ms(0) && *sink.latency <= from_ms(1000)),
               "a latency is in range");
        expect(sink.is_virtual() || parse_address(sink.address) == sink.address,
               "an address is one, in upper case", sink.address);
    }
}

// Whatever the file looks like: one trim is another, or the edit is refused.
void edit(const std::string& text, const Config& before) {
    for (const SinkConfig& sink : before.sinks) {
        try {
            const Config after =
                parse_config(with_trim(text, sink.name, from_ms(-12.5), "f"), "edited");
            expect(after.sinks.size() == before.sinks.size(), "an edit keeps all sinks");
            const auto same = std::ranges::find(after.sinks, sink.name, &SinkConfig::name);
            expect(same != after.sinks.end() && same->trim == from_ms(-12.5),
                   "an edit sets the trim");
        } catch (const ConfigError& error) {
            expect_one_line(error.what());
        }
    }
}

}  // namespace
}  // namespace tandem::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace tandem;
    const std::string text(reinterpret_cast<const char*>(data), size);
    try {
        const Config config = parse_config(text, "tandem.toml");
        fuzz::expect_in_range(config);
        fuzz::edit(text, config);
    } catch (const ConfigError& error) {
        fuzz::expect_one_line(error.what());
    }
    return 0;
}
