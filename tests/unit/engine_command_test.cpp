// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/engine/engine_command.hpp"

#include <gtest/gtest.h>

#include "fakes/sim_world.hpp"

namespace tandem {
namespace {

using test::SimWorld;

TEST(EngineCommand, DoesWhatItCarriesEachTimeItIsCalled) {
    Engine engine(SampleRate{48000});
    int calls = 0;
    const EngineCommand command([&calls](Engine&) noexcept { ++calls; });
    command(engine);
    const EngineCommand copy = command;
    copy(engine);
    EXPECT_EQ(calls, 2);
}

TEST(EngineCommand, ThatIsEmptyDoesNothing) {
    Engine engine(SampleRate{48000});
    EngineCommand()(engine);
    EXPECT_EQ(engine.snapshot().position, Position{0});
}

TEST(EngineCommand, ReachesTheChainOfItsSinkAndNoOther) {
    SimWorld world;
    world.attach(1, world.settings(1));
    const Chain* seen = nullptr;
    const auto look = [&seen](Chain& chain) noexcept { seen = &chain; };
    to_chain(0, look)(world.engine);
    EXPECT_EQ(seen, nullptr);
    to_chain(1, look)(world.engine);
    EXPECT_EQ(seen, world.engine.chain(1));
}

}  // namespace
}  // namespace tandem
