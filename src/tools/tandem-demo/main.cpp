// SPDX-License-Identifier: GPL-3.0-or-later
// tandem-demo: the music of the demo, and the report on what the speakers played.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "music.hpp"
#include "report.hpp"
#include "tandem/audio/wav.hpp"

namespace {

struct MusicOptions {
    std::string path;
    double seconds = 30;
    int rate = 48000;
};

void add_music(CLI::App& app, MusicOptions& options) {
    CLI::App* music = app.add_subcommand("music", "Synthesises a piece of music as a WAV file");
    music->add_option("OUT", options.path, "The WAV file to write")->required();
    music->add_option("--seconds", options.seconds, "Its length in seconds")
        ->check(CLI::Range(1.0, 3600.0));
    music->add_option("--rate", options.rate, "Sample rate")->check(CLI::IsMember({44100, 48000}));
    music->callback([&options] {
        const tandem::SampleRate rate{options.rate};
        tandem::WavWriter writer(options.path, rate);
        writer.write(tandem::demo::compose(rate, options.seconds));
        writer.close();
    });
}

void add_report(CLI::App& app, tandem::demo::ReportFiles& files) {
    CLI::App* report = app.add_subcommand(
        "report", "Compares what two virtual speakers played; writes report.txt and picture.svg");
    report->add_option("--left", files.left, "What the first speaker played (WAV)")->required();
    report->add_option("--right", files.right, "What the second speaker played (WAV)")->required();
    report->add_option("--input", files.input,
                       "What was captured: a WAV file that was played in a loop");
    report->add_option("--status", files.status, "The output of tandemctl status --json");
    report->add_option("--out", files.out, "The folder for the report")
        ->check(CLI::ExistingDirectory);
    report->callback([&files] { std::fputs(tandem::demo::write_report(files).c_str(), stdout); });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Makes the music and the report of Tandem's demo", "tandem-demo"};
    app.set_version_flag("--version", TANDEM_VERSION);
    app.require_subcommand(1);
    MusicOptions music;
    tandem::demo::ReportFiles files;
    add_music(app, music);
    add_report(app, files);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "tandem-demo: %s\n", error.what());
        return 1;
    }
    return 0;
}
