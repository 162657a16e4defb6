// SPDX-License-Identifier: GPL-3.0-or-later
// What tests have happen to the fake.
#include "dbus/fake_bluez.hpp"

namespace tandem::testing {

void FakeBluez::set_powered(const std::string& adapter, bool powered) {
    in_thread([&] {
        adapters_.at(adapter).powered = powered;
        for (auto& [address, speaker] : speakers_) {
            if (!powered && speaker.adapter == adapter) drop_link(speaker);
        }
        changed("/org/bluez/" + adapter, "org.bluez.Adapter1", {{"Powered", powered}});
    });
}

void FakeBluez::switch_off(const std::string& speaker) {
    in_thread([&] {
        speakers_.at(speaker).reachable = false;
        drop_link(speakers_.at(speaker));
    });
}

void FakeBluez::switch_on(const std::string& speaker) {
    in_thread([&] { speakers_.at(speaker).reachable = true; });
}

void FakeBluez::set_paired(const std::string& speaker, bool paired) {
    in_thread([&] {
        auto& found = speakers_.at(speaker);
        found.paired = paired;
        if (thread_.joinable()) changed(path_of(found), "org.bluez.Device1", {{"Paired", paired}});
    });
}

void FakeBluez::report_delay(const std::string& speaker, std::uint16_t tenths_of_ms) {
    in_thread([&] {
        const auto path = transport_of(speaker);
        transports_.at(path).delay = tenths_of_ms;
        changed(path, "org.bluez.MediaTransport1", {{"Delay", tenths_of_ms}});
    });
}

void FakeBluez::suspend(const std::string& speaker) {
    in_thread([&] {
        const auto path = transport_of(speaker);
        transports_.at(path).owner.clear();
        transports_.at(path).peer.reset();
        set_state(path, "idle");
    });
}

void FakeBluez::stick(const std::string& speaker) {
    in_thread([&] {
        const auto path = transport_of(speaker);
        transports_.at(path).owner.clear();
        transports_.at(path).peer.reset();
        set_state(path, "idle");
        set_state(path, "active");
    });
}

void FakeBluez::connect_from_speaker(const std::string& address) {
    in_thread([&] {
        auto& speaker = speakers_.at(address);
        auto* endpoint = free_endpoint(speaker.adapter);
        if (endpoint == nullptr) return;
        if (over_le_.contains(address)) adapters_.at(speaker.adapter).paging = false;
        speaker.connected = true;
        changed(path_of(speaker), "org.bluez.Device1", {{"Connected", true}});
        configure(speaker, *endpoint, {0x11, 0x15, 2, 40}, [](bool) {});
    });
}

void FakeBluez::rename_adapter(const std::string& from, const std::string& to) {
    in_thread([&] {
        for (auto& [address, speaker] : speakers_) {
            if (speaker.adapter != from) continue;
            drop_link(speaker);
            removed(path_of(speaker), "org.bluez.Device1");
            speaker.adapter = to;
        }
        std::erase_if(endpoints_,
                      [&](const auto& endpoint) { return endpoint.second.adapter == from; });
        removed("/org/bluez/" + from, "org.bluez.Media1");
        removed("/org/bluez/" + from, "org.bluez.Adapter1");
        auto moved = adapters_.extract(from);
        moved.key() = to;
        const Adapter& adapter = adapters_.insert(std::move(moved)).position->second;
        added("/org/bluez/" + to,
              {{"org.bluez.Adapter1", {{"Address", adapter.address}, {"Powered", adapter.powered}}},
               {"org.bluez.Media1", {}}});
        for (const auto& [address, speaker] : speakers_) {
            if (speaker.adapter == to) added(path_of(speaker), interfaces_of(speaker));
        }
    });
}

void FakeBluez::claim(const std::string& address, bool by_another) {
    in_thread([&] {
        auto& speaker = speakers_.at(address);
        const auto path = path_of(speaker) + "/sep9/fd99";
        if (!by_another) {
            drop_link(speaker);
            return removed(path, "org.bluez.MediaTransport1");
        }
        speaker.connected = true;
        changed(path_of(speaker), "org.bluez.Device1", {{"Connected", true}});
        added(path, {{"org.bluez.MediaTransport1",
                      {{"Device", Path{path_of(speaker)}}, {"State", std::string("active")}}}});
    });
}

void FakeBluez::set_refuses(const std::string& speaker, bool refuses) {
    in_thread([&] { speakers_.at(speaker).refuses = refuses; });
}

void FakeBluez::set_end_point_free(const std::string& speaker, bool is_free) {
    in_thread([&] { speakers_.at(speaker).end_point_free = is_free; });
}

// One that connects so has a transport all the same: that of this machine's sink.
void FakeBluez::set_as_source(const std::string& address, bool as_source) {
    in_thread([&] {
        auto& speaker = speakers_.at(address);
        const auto path = path_of(speaker) + "/sep9/fd98";
        speaker.as_source = as_source;
        if (!as_source) return removed(path, "org.bluez.MediaTransport1");
        speaker.connected = true;
        changed(path_of(speaker), "org.bluez.Device1", {{"Connected", true}});
        added(path, {{"org.bluez.MediaTransport1",
                      {{"Device", Path{path_of(speaker)}},
                       {"UUID", std::string("0000110b-0000-1000-8000-00805f9b34fb")},
                       {"State", std::string("active")}}}});
    });
}

void FakeBluez::set_hearing(const std::string& speaker, Hearing hearing) {
    in_thread([&] { transports_.at(transport_of(speaker)).hearing = hearing; });
}

void FakeBluez::search(const std::string& adapter, bool on) {
    in_thread([&] {
        changed("/org/bluez/" + adapter, "org.bluez.Adapter1", {{"Discovering", on}});
        for (const auto& [address, speaker] : speakers_) {
            if (!on || speaker.adapter != adapter || !speaker.reachable) continue;
            changed(path_of(speaker), "org.bluez.Device1", {{"RSSI", std::int16_t{-60}}});
        }
    });
}

void FakeBluez::set_acquire_in_progress(const std::string& speaker, int times) {
    in_thread([&] { speakers_.at(speaker).acquire_in_progress = times; });
}

}  // namespace tandem::testing
