// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's thread may not allocate: the program's allocator counts while it is told to.
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include "fakes/sim_world.hpp"

namespace {

thread_local bool counts_allocations = false;
thread_local int allocations = 0;

}  // namespace

#ifdef TANDEM_SANITIZED
// A sanitizer has an allocator of its own, and tells of each memory that it gives, libsbc's too.
extern "C" void __sanitizer_malloc_hook(const volatile void*, std::size_t) {
    if (counts_allocations) ++allocations;
}
#else
// Out of line: GCC warns of new beside free() where it sees through one of them only.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (counts_allocations) ++allocations;
    if (void* memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
#endif

namespace tandem {
namespace {

using namespace std::chrono_literals;
using test::SimWorld;

// Out of line: a compiler may leave out an allocation of which it sees the end.
[[gnu::noinline]] std::unique_ptr<int> allocate() {
    return std::make_unique<int>(7);
}

TEST(Allocations, AreCountedWhileTheyAreTo) {
    counts_allocations = true;
    const auto counted = allocate();
    counts_allocations = false;
    const auto uncounted = allocate();
    EXPECT_EQ(std::exchange(allocations, 0), 1);
}

TEST(Engine, AllocatesNothingInSteadyState) {
    SimWorld world;
    for (const std::size_t sink : {0U, 1U}) {
        world.attach(sink, world.settings(sink, Frames{static_cast<std::int64_t>(sink) * 777}));
        world.recordings[sink].keep_bytes = false;
        world.recordings[sink].packets.reserve(10'000);
    }
    world.run(2s);
    counts_allocations = true;
    world.run(5s);
    world.card.xrun_at(world.now);
    world.run(2s);
    world.engine.chain(0)->set_delay(Frames{1000});
    world.engine.chain(1)->set_gain_db(-3);
    world.engine.play_clicks(3);
    (void)world.engine.snapshot();
    world.run(3s);
    counts_allocations = false;
    EXPECT_GT(world.recordings[1].packets.size(), 500U);
    EXPECT_EQ(allocations, 0);
}

}  // namespace
}  // namespace tandem
