// SPDX-License-Identifier: GPL-3.0-or-later
// speaker ADAPTER ALIAS CONTROL [delay=MS] [bitpool=LOW-HIGH] [rates=44100,48000]
//         [modes=joint,stereo,dual,mono] [reconnects=yes|no] [room=PCM [kind=KIND] [ppm=NUMBER]]
// With a place in the room it is heard, and buffers as its kind does: placing, counting,
// counting-refill, packets:COUNT or regulated. ppm is the error of its DAC's clock.
// CONTROL is a FIFO that takes lines: off | on | pairing | release | reconnects yes|no | delay MS |
// volume LEVEL | kind KIND (from the next stream on).
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <map>
#include <sstream>

#include "speaker.hpp"

namespace {

using lab::check;

std::uint16_t tenths_of(const std::string& milliseconds) {
    return static_cast<std::uint16_t>(std::lround(std::stod(milliseconds) * 10));
}

// The bits of a comma list, by a table of names.
std::uint8_t bits(const std::string& list, const std::map<std::string, int>& table) {
    int result = 0;
    std::istringstream words{list};
    for (std::string word; std::getline(words, word, ',');) {
        const auto entry = table.find(word);
        if (entry == table.end()) throw std::runtime_error("\"" + word + "\" is not known here");
        result |= entry->second;
    }
    return static_cast<std::uint8_t>(result);
}

lab::SpeakerOptions parse(int argc, char** argv) {
    if (argc < 4) {
        throw std::runtime_error(
            "usage: speaker ADAPTER ALIAS CONTROL [delay=MS] [bitpool=LOW-HIGH] [rates=LIST] "
            "[modes=LIST] [reconnects=yes|no] [room=PCM] [kind=KIND] [ppm=NUMBER]");
    }
    lab::SpeakerOptions options{argv[1], argv[2], 1500, {0x3f, 0xff, 2, 53}, false, {}, {}};
    for (int i = 4; i < argc; ++i) {
        const std::string word = argv[i];
        const std::size_t equals = word.find('=');
        const std::string key = word.substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
        auto& octets = options.capabilities;
        if (key == "delay") {
            options.delay_tenths = tenths_of(value);
        } else if (key == "reconnects") {
            options.reconnects = value == "yes";
        } else if (key == "room") {
            options.room = value;
        } else if (key == "kind") {
            lab::set_kind(options.playout, value);
        } else if (key == "ppm") {
            options.playout.clock_ppm = std::stod(value);
        } else if (key == "bitpool") {
            octets[2] = static_cast<std::uint8_t>(std::stoi(value));
            octets[3] = static_cast<std::uint8_t>(std::stoi(value.substr(value.find('-') + 1)));
        } else if (key == "rates") {
            octets[0] = static_cast<std::uint8_t>(
                (octets[0] & 0x0f) |
                bits(value, {{"16000", 0x80}, {"32000", 0x40}, {"44100", 0x20}, {"48000", 0x10}}));
        } else if (key == "modes") {
            octets[0] = static_cast<std::uint8_t>(
                (octets[0] & 0xf0) |
                bits(value, {{"mono", 0x08}, {"dual", 0x04}, {"stereo", 0x02}, {"joint", 0x01}}));
        } else {
            throw std::runtime_error("\"" + word + "\" is not an option of a speaker");
        }
    }
    return options;
}

int open_control(const char* path) {
    if (mkfifo(path, 0600) < 0 && errno != EEXIST) {
        throw std::runtime_error(std::string{"cannot make the FIFO "} + path + ": " +
                                 std::strerror(errno));
    }
    // Read-write, so that it does not end when a writer closes it.
    return check(open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK), std::string{"cannot open "} + path);
}

void obey(lab::Speaker& speaker, const std::string& line) {
    if (line == "off") {
        speaker.power(false);
    } else if (line == "on") {
        speaker.power(true);
    } else if (line == "pairing") {
        speaker.begin_pairing();
    } else if (line == "release") {
        speaker.release();
    } else if (line == "reconnects yes" || line == "reconnects no") {
        speaker.set_reconnects(line.ends_with("yes"));
    } else if (line.starts_with("delay ")) {
        speaker.report_delay(tenths_of(line.substr(6)));
    } else if (line.starts_with("kind ")) {
        speaker.set_kind(line.substr(5));
    } else if (line.starts_with("volume ")) {
        speaker.press_volume(static_cast<std::uint16_t>(std::stoi(line.substr(7))));
    } else {
        std::fprintf(stderr,
                     "speaker: \"%s\" is not off, on, pairing, release, reconnects yes|no, delay "
                     "MS, volume LEVEL or kind KIND\n",
                     line.c_str());
    }
}

int command_waits(sd_event_source*, int fd, std::uint32_t, void* speaker) {
    char text[512];
    const ssize_t size = read(fd, text, sizeof text);
    if (size <= 0) return 0;
    std::istringstream lines{std::string(text, static_cast<std::size_t>(size))};
    for (std::string line; std::getline(lines, line);) {
        obey(*static_cast<lab::Speaker*>(speaker), line);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        std::setvbuf(stdout, nullptr, _IOLBF, 0);
        const lab::SpeakerOptions options = parse(argc, argv);
        const lab::SystemBus system;
        lab::Speaker speaker{options, system.bus(), system.event()};
        check(sd_event_add_io(system.event(), nullptr, open_control(argv[3]), EPOLLIN,
                              command_waits, &speaker),
              "event loop");
        system.serve();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "speaker: error: %s\n", error.what());
        return 1;
    }
}
