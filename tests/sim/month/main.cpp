#include <fmt/format.h>
#include <chrono>
#include <cstdlib>
#include "sim/model/living_room.hpp"
using namespace tandem;
using namespace tandem::sim;
using namespace std::chrono_literals;
int main(int argc, char** argv) {
    RoomSettings s;
    const double hours = argc > 1 ? atof(argv[1]) : 1;
    s.card.crystal = {150, 15, 2, 0};
    s.sinks[0] = {672, {{48000}, 120ms, {-40, 5, 1, 1}, PlayoutServo{}}};
    s.sinks[1] = {1005, {{48000}, 210500us, {55, 5, 1, 2}, SteppedPll{}}};
    if (argc > 3) {
        if (argv[3][0] == 'q') s.sinks[1].speaker.regulation = QuickServo{};
        if (argv[3][0] == 'p') s.sinks[1].speaker.regulation = PlayoutServo{};
    }
    if (argc > 4) s.air_loss = atof(argv[4]);
    if (argc > 2 && argv[2][0] == 'l') s.happenings = kLively;
    if (argc > 2 && argv[2][0] == 'x') {
        s.happenings[0] = 10min;
    }
    if (argc > 2 && argv[2][0] == 's') {
        s.happenings[1] = 1min;
        s.happenings[2] = 1min;
    }
    auto t0 = std::chrono::steady_clock::now();
    LivingRoom room(s);
    room.run(Duration{(long)(hours * 3.6e12)});
    double el = std::chrono::duration<double>(std::chrono::steady_clock::now() - t0).count();
    auto& r = room.record();
    auto snap = room.snapshot();
    fmt::print("{:.2f} s cpu, {:.1f} s per month\n", el, el * 720 / hours);
    fmt::print(
        "skew p99.9 {:.4f} p50 {:.4f} median {:.4f} max {:.4f} n {}  settling {} p99 {:.3f} change "
        "{} p99 {:.3f}\n",
        r.skew().magnitude(.999), r.skew().magnitude(.5), r.skew().percentile(.5),
        r.skew().most_ms(), r.skew().count(), r.excused(Excuse::settling).count(),
        r.excused(Excuse::settling).magnitude(.99), r.excused(Excuse::change).count(),
        r.excused(Excuse::change).magnitude(.99));
    fmt::print(
        "ppm {:.2f} jitter {:.3f} ms filled {} skipped {} restarts {} stalls {}; card lost {} map "
        "filled {}\n",
        snap.rate_ppm, snap.jitter_rms_ns / 1e6, snap.intake.frames_filled,
        snap.intake.frames_skipped, snap.intake.restarts, snap.intake.stalls,
        room.card().frames_lost(), room.map().frames_filled().count);
    for (auto& k : r.sinks) {
        fmt::print("packets {} missing {} jumps {} fades {} skipped {}\n", k.packets, k.missing,
                   k.jumps, k.fades, k.skipped);
        for (auto& e : k.excess_ms)
            fmt::print(" {:.3f}", e.value());
        fmt::print("\n");
    }
    fmt::print("restarts {} changes {}\n", r.restarts, r.changes);
}
