// SPDX-License-Identifier: GPL-3.0-or-later
// Runs the living room without samples for some virtual days, prints how the two speakers kept in
// step, and draws it.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>

#include "plot.hpp"
#include "sim/model/month.hpp"

namespace {

using namespace tandem;
using namespace tandem::sim;

struct Options {
    double days = 30;
    Profile profile = Profile::balanced;
    double tick_ms = 4;
    std::int64_t grain = 128;
    int rate_hz = 48000;
    double ppm = 150;
    bool quick = false;
    std::uint64_t seed = 1;
    std::string svg;
};

const std::map<std::string, Profile> kProfiles{{"low-latency", Profile::low_latency},
                                               {"balanced", Profile::balanced},
                                               {"robust", Profile::robust}};

void print_excused(const Record& record, Excuse why, const char* name) {
    const Spread& spread = record.excused(why);
    fmt::print("  not counted, {}: {:.1f} h, p99.9 {:.3f} ms\n", name,
               static_cast<double>(spread.count()) / 14'400, spread.magnitude(0.999));
}

void print_course(const char* what, const std::vector<Mean>& days) {
    const Course course = course_of(days);
    fmt::print("  {}: {:.3f} ms in the first third of the days, {:.3f} ms in the last\n", what,
               course.first_third, course.last_third);
}

void print_report(LivingRoom& room, double cpu_s) {
    Record& record = room.record();
    const Spread& skew = record.skew();
    fmt::print("skew without its sign: p50 {:.3f}, p99 {:.3f}, p99.9 {:.3f}, largest {:.3f} ms\n",
               skew.magnitude(0.5), skew.magnitude(0.99), skew.magnitude(0.999), skew.most_ms());
    fmt::print("  counted: {:.1f} h, one value each 0.25 s; median {:+.3f} ms\n",
               static_cast<double>(skew.count()) / 14'400, skew.percentile(0.5));
    print_excused(record, Excuse::settling, "a speaker has just begun");
    print_excused(record, Excuse::change, "a trim or latency changes");
    const EngineSnapshot snapshot = room.snapshot();
    fmt::print("xruns: {}; the card lost {} frames, silence stands for {}\n", room.card().xruns(),
               room.card().frames_lost(), snapshot.intake.frames_filled);
    fmt::print("starts of a speaker: {}; changes of trim or latency: {}\n", record.restarts,
               record.changes);
    for (const SinkRecord& sink : record.sinks) {
        fmt::print(
            "packets: {}; missing {}, left out {}, begun anew {}, underruns {}, jumps {} ({} asked "
            "for)\n",
            sink.packets, sink.missing, sink.left_out, sink.anew, sink.underruns, sink.jumps,
            sink.fades);
        print_course("latency beyond the plan", sink.excess_ms);
        print_course("buffer beyond its level", sink.level_ms);
    }
    fmt::print("{:.1f} s of processor time\n", cpu_s);
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{"Simulates two speakers for some virtual days and tells how they kept in step."};
    app.add_option("--days", options.days, "virtual days")->check(CLI::PositiveNumber);
    app.add_option("--profile", options.profile, "low-latency, balanced or robust")
        ->transform(CLI::CheckedTransformer(kProfiles));
    app.add_option("--tick", options.tick_ms, "how often the card shows its position, ms")
        ->check(CLI::PositiveNumber);
    app.add_option("--grain", options.grain, "in steps of how many frames the card shows it")
        ->check(CLI::PositiveNumber);
    app.add_option("--rate", options.rate_hz, "44100 or 48000")
        ->check(CLI::IsMember({44100, 48000}));
    app.add_option("--ppm", options.ppm, "how fast the card's crystal is in the mean");
    app.add_flag("--quick", options.quick, "let speaker 1 adapt quickly instead of in steps");
    app.add_option("--seed", options.seed, "of all that is left to chance");
    app.add_option("--svg", options.svg, "draw the skew by the hour to this file");
    CLI11_PARSE(app, argc, argv);

    RoomSettings settings = lively_room();
    settings.profile = options.profile;
    settings.card.tick = from_ms(options.tick_ms);
    settings.card.grain = Frames{options.grain};
    settings.card.crystal.ppm = options.ppm;
    settings.card.rate = SampleRate{options.rate_hz};
    for (SinkSettings& sink : settings.sinks)
        sink.speaker.rate = settings.card.rate;
    settings.seed = options.seed;
    if (options.quick) settings.sinks[1].speaker.regulation = QuickServo{};
    LivingRoom room(settings);
    room.run(from_ms(options.days * 86'400e3));
    print_report(room, static_cast<double>(std::clock()) / CLOCKS_PER_SEC);
    if (options.svg.empty()) return 0;
    std::ofstream file(options.svg);
    file << draw_hours(room.record().hours());
    if (file.flush()) return 0;
    fmt::print(stderr, "{}: cannot be written; name a file in a folder that can\n", options.svg);
    return 1;
}
