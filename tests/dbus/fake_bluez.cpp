// SPDX-License-Identifier: GPL-3.0-or-later
// The fake's thread, its connection, and what tests see of it.
#include "dbus/fake_bluez.hpp"

#include <sys/socket.h>

#include <future>
#include <stdexcept>

namespace tandem::testing {

FakeBluez::FakeBluez(std::string address) : bus_address_(std::move(address)) {}

FakeBluez::~FakeBluez() {
    stop();
}

void FakeBluez::add_adapter(const std::string& name, const std::string& address, bool powered) {
    adapters_[name] = {address, powered};
}

void FakeBluez::add_speaker(FakeSpeaker speaker) {
    const std::string address = speaker.address;
    speakers_[address] = std::move(speaker);
}

void FakeBluez::start() {
    connection_ = dbus_connection_open_private(bus_address_.c_str(), nullptr);
    if (connection_ == nullptr || !dbus_bus_register(connection_, nullptr)) {
        throw std::runtime_error("the fake BlueZ cannot reach the bus");
    }
    dbus_connection_set_exit_on_disconnect(connection_, FALSE);
    dbus_connection_add_filter(connection_, filter, this, nullptr);
    dbus_bus_add_match(connection_,
                       "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'",
                       nullptr);
    dbus_bus_request_name(connection_, "org.bluez", DBUS_NAME_FLAG_DO_NOT_QUEUE, nullptr);
    stopping_ = false;
    thread_ = std::thread([this] { run(); });
}

void FakeBluez::stop() {
    if (!thread_.joinable()) return;
    stopping_ = true;
    thread_.join();
    close();
}

void FakeBluez::close() {
    dbus_connection_remove_filter(connection_, filter, this);
    dbus_connection_close(connection_);
    dbus_connection_unref(connection_);
    connection_ = nullptr;
    endpoints_.clear();
    transports_.clear();
    agent_.clear();
    for (auto& [address, call] : over_le_)
        dbus_message_unref(call);
    over_le_.clear();
    for (auto& [address, speaker] : speakers_)
        speaker.connected = false;
    for (auto& [name, adapter] : adapters_)
        adapter.paging = false;
}

void FakeBluez::run() {
    while (!stopping_) {
        {
            const std::lock_guard lock(work_mutex_);
            while (!work_.empty()) {
                work_.front()();
                work_.pop_front();
            }
        }
        listen();
        dbus_connection_read_write(connection_, 2);
        while (dbus_connection_dispatch(connection_) == DBUS_DISPATCH_DATA_REMAINS) {
        }
    }
}

void FakeBluez::in_thread(const std::function<void()>& work) {
    if (!thread_.joinable()) return work();
    std::promise<void> done;
    {
        const std::lock_guard lock(work_mutex_);
        work_.emplace_back([&] {
            work();
            if (connection_ != nullptr) dbus_connection_flush(connection_);
            done.set_value();
        });
    }
    done.get_future().wait();
}

std::size_t FakeBluez::endpoints(const std::string& adapter) {
    std::size_t count = 0;
    in_thread([&] {
        for (const auto& [path, endpoint] : endpoints_)
            count += endpoint.adapter == adapter;
    });
    return count;
}

std::size_t FakeBluez::transports() {
    std::size_t count = 0;
    in_thread([&] { count = transports_.size(); });
    return count;
}

int FakeBluez::disconnects(const std::string& speaker) {
    int count = 0;
    in_thread([&] { count = disconnects_[speaker]; });
    return count;
}

int FakeBluez::pages(const std::string& speaker) {
    int count = 0;
    in_thread([&] { count = pages_[speaker]; });
    return count;
}

bool FakeBluez::overlapping_pages() {
    bool result = false;
    in_thread([&] { result = overlapping_; });
    return result;
}

int FakeBluez::discoveries() {
    int count = 0;
    in_thread([&] { count = discoveries_; });
    return count;
}

bool FakeBluez::discovering() {
    bool result = false;
    in_thread([&] { result = discovering_; });
    return result;
}

bool FakeBluez::agent_registered() {
    bool result = false;
    in_thread([&] { result = !agent_.empty(); });
    return result;
}

bool FakeBluez::paired(const std::string& speaker) {
    bool result = false;
    in_thread([&] { result = speakers_.at(speaker).paired; });
    return result;
}

bool FakeBluez::known(const std::string& speaker) {
    bool result = false;
    in_thread([&] { result = speakers_.at(speaker).known; });
    return result;
}

bool FakeBluez::trusted(const std::string& speaker) {
    bool result = false;
    in_thread([&] { result = speakers_.at(speaker).trusted; });
    return result;
}

std::string FakeBluez::transport_path(const std::string& speaker) {
    std::string path;
    in_thread([&] { path = transport_of(speaker); });
    return path;
}

std::string FakeBluez::endpoint_path(const std::string& speaker) {
    std::string path;
    in_thread([&] {
        const auto found = transports_.find(transport_of(speaker));
        if (found != transports_.end()) path = found->second.endpoint;
    });
    return path;
}

// Speakers take what they are sent: a socket that nobody reads is a link that stalls.
void FakeBluez::listen() {
    for (auto& [path, transport] : transports_)
        if (transport.peer && transport.hearing != Hearing::none) listen(transport);
}

void FakeBluez::listen(Transport& transport) {
    constexpr std::size_t kKept = 512;  // ten seconds
    const auto now = std::chrono::steady_clock::now();
    const bool slow = transport.hearing == Hearing::slow;
    if (slow && now < transport.hears_again) return;
    transport.hears_again = now + std::chrono::milliseconds{60};  // of three packets, two wait
    Octets packet(2048);
    for (ssize_t size = 1; size > 0;) {
        size = recv(transport.peer.get(), packet.data(), packet.size(), MSG_DONTWAIT);
        if (size > 0) transport.heard.emplace_back(packet.begin(), packet.begin() + size);
        if (transport.heard.size() > kKept) transport.heard.pop_front();
        if (slow) return;
    }
}

Octets FakeBluez::receive(const std::string& speaker) {
    Octets packet;
    in_thread([&] {
        listen();
        const auto found = transports_.find(transport_of(speaker));
        if (found == transports_.end() || found->second.heard.empty()) return;
        packet = std::move(found->second.heard.front());
        found->second.heard.pop_front();
    });
    return packet;
}

}  // namespace tandem::testing
