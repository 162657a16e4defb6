// SPDX-License-Identifier: GPL-3.0-or-later
#include "tandem/pairing/scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "tandem/bluez/errors.hpp"
#include "tandem/pairing/reach.hpp"

namespace tandem {
namespace {

// Class of device, major class in bits 8 to 12 (Bluetooth assigned numbers, section 2.8).
constexpr std::uint32_t kMajorClass = 0x1f00;
constexpr std::uint32_t kAudio = 0x0400;
constexpr std::uint32_t kToy = 0x0800;
constexpr std::uint32_t kUncategorised = 0x1f00;
constexpr std::uint32_t kRenders = 0x040000;  // a service class: it takes sound or pictures

// What a search has just found is seen, and what is connected lets itself not be found. Controllers
// that tell no signal strength leave only that BlueZ has an object of it, which it forgets half a
// minute after the search if it is not paired.
bool is_found(const BluezDevice& device) {
    return device.seen > 0 || device.connected || !device.paired;
}

// An answer to an inquiry has a class, so what has none was found over LE alone, as the neighbours'
// thermometers are. Cheap speakers leave all but their services out of it, and some are toys.
bool may_be_speaker(const BluezDevice& device) {
    if (device.is_random) return false;
    const std::uint32_t major = device.kind & kMajorClass;
    const bool unclear = major == 0 || major == kUncategorised || major == kToy;
    return device.is_sink || major == kAudio || (unclear && (device.kind & kRenders) != 0);
}

}  // namespace

std::vector<FoundSpeaker> speakers_found(const BluezModel& model, const std::string& adapter) {
    std::vector<FoundSpeaker> found;
    for (const auto& [path, device] : model.devices()) {
        if (device.adapter != adapter || !is_found(device) || !may_be_speaker(device)) continue;
        found.push_back({device.address, device.name, device.rssi, device.paired});
    }
    std::ranges::stable_sort(found, std::ranges::greater{}, [](const FoundSpeaker& speaker) {
        return speaker.rssi.value_or(std::numeric_limits<int>::min());
    });
    return found;
}

Scan::Scan(Loop& loop, BusConnection& bus, std::string adapter, Found found, Failed failed,
           Duration bus_limit)
    : loop_(loop),
      bus_(bus),
      wanted_(std::move(adapter)),
      found_(std::move(found)),
      failed_(std::move(failed)),
      model_(loop, bus, [this] {
          // Not from inside the model: the answer may be our destruction.
          loop_.post(alive_, [this] { look(); });
      }) {
    bus_limit_ = loop_.after(bus_limit, [this] {
        if (phase_ == Phase::finding_bluez) fail(no_bluez(bus_, model_));
    });
}

Scan::~Scan() {
    if (phase_ == Phase::searching)
        bus_.send({kBluez, adapter_, kAdapterInterface, "StopDiscovery"});
    bus_.flush(std::chrono::milliseconds(200));
}

void Scan::look() {
    if (phase_ == Phase::finding_bluez && model_.is_ready()) return begin();
    if (phase_ != Phase::searching) return;
    if (!model_.is_running()) return fail("BlueZ stopped during the search: try again.");
    auto found = speakers_found(model_, adapter_);
    if (found == told_) return;
    told_ = found;
    const Found tell = found_;  // which may destroy us
    tell(found);
}

void Scan::begin() {
    bus_limit_.reset();
    adapter_ = powered_adapter(model_, wanted_);
    if (adapter_.empty()) return fail(no_adapter(wanted_));
    phase_ = Phase::searching;
    // Without it things without sound are found too.
    filter_ = bus_.call(discovery_filter(adapter_), [](const BusReply&) {});
    call_ = bus_.call(
        {kBluez, adapter_, kAdapterInterface, "StartDiscovery"}, [this](const BusReply& reply) {
            if (!reply.error) return;
            const auto& error = *reply.error;
            fail(is_denied(error)
                     ? bluez_denied(error)
                     : fmt::format("The Bluetooth adapter {} cannot search ({}): switch it off and "
                                   "on with \"bluetoothctl power off\" and \"power on\".",
                                   last_element(adapter_), error.said()));
        });
    // What is connected already need not be found, so that no change of the model may come.
    loop_.post(alive_, [this] { look(); });
}

void Scan::fail(const std::string& sentence) {
    phase_ = Phase::failed;
    // From the loop, so that `failed` may destroy us.
    loop_.post(alive_, [failed = failed_, sentence] { failed(sentence); });
}

}  // namespace tandem
