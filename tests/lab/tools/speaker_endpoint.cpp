// SPDX-License-Identifier: GPL-3.0-or-later
// The speaker's end point, as BlueZ calls it.
#include <algorithm>

#include "speaker.hpp"

namespace lab {

namespace {
constexpr const char* kSinkUuid = "0000110b-0000-1000-8000-00805f9b34fb";
constexpr std::uint8_t kSbc = 0;
}  // namespace

const sd_bus_vtable Speaker::kEndpoint[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("SelectConfiguration", "ay", "ay", select_configuration,
                  SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetConfiguration", "oa{sv}", "", set_configuration, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("ClearConfiguration", "o", "", clear_configuration, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Release", "", "", endpoint_released, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END};

bool Speaker::register_endpoint() {
    sd_bus_message* raw = nullptr;
    check(sd_bus_message_new_method_call(bus_, &raw, kBluez, adapter_path_.c_str(),
                                         "org.bluez.Media1", "RegisterEndpoint"),
          "message");
    const MessagePtr call{raw};
    const auto& octets = options_.capabilities;
    check(sd_bus_message_append(raw, "oa{sv}", endpoint_path_.c_str(), 4, "UUID", "s", kSinkUuid,
                                "Codec", "y", kSbc, "DelayReporting", "b", 1, "Capabilities", "ay",
                                4, octets[0], octets[1], octets[2], octets[3]),
          "message");
    BusError error;
    if (sd_bus_call(bus_, raw, 0, &error.value, nullptr) >= 0) return true;
    std::fprintf(stderr, "speaker %s: RegisterEndpoint: %s, trying again\n",
                 options_.adapter.c_str(), error.text());
    return false;
}

// Asked only when this side opens the stream. The sound's rate is the source's, the rest the best.
int Speaker::select_configuration(sd_bus_message* message, void* self, sd_bus_error*) {
    const auto& own = static_cast<Speaker*>(self)->options_.capabilities;
    const void* offered = nullptr;
    std::size_t size = 0;
    check(sd_bus_message_read_array(message, 'y', &offered, &size), "bad call");
    const auto* octets = static_cast<const std::uint8_t*>(offered);
    if (size != 4) return sd_bus_reply_method_errorf(message, "org.bluez.Error.Rejected", "octets");
    constexpr std::uint8_t kJointStereo = 0x01;
    constexpr std::uint8_t k16BlocksOf8Loudness = 0x15;
    const std::array<std::uint8_t, 4> chosen{
        static_cast<std::uint8_t>((octets[0] & own[0] & 0xf0) | kJointStereo), k16BlocksOf8Loudness,
        std::max(octets[2], own[2]), std::min(octets[3], own[3])};
    sd_bus_message* raw = nullptr;
    check(sd_bus_message_new_method_return(message, &raw), "message");
    const MessagePtr answer{raw};
    check(sd_bus_message_append_array(raw, 'y', chosen.data(), chosen.size()), "message");
    return sd_bus_send(nullptr, raw, nullptr);
}

int Speaker::set_configuration(sd_bus_message* message, void* self, sd_bus_error*) {
    const char* path = nullptr;
    check(sd_bus_message_read(message, "o", &path), "bad call");
    auto* speaker = static_cast<Speaker*>(self);
    speaker->transport_ = path;
    // /org/bluez/hci1/dev_AA_BB_CC_DD_EE_FF/sep1/fd0, or without the end point: the device's part
    const std::size_t device = speaker->transport_.find("/dev_");
    const std::size_t end = speaker->transport_.find('/', device + 1);
    speaker->bridge_ = speaker->transport_.substr(0, end);
    speaker->trust(speaker->bridge_.c_str());
    std::printf("speaker %s: configured\n", speaker->options_.adapter.c_str());
    return sd_bus_reply_method_return(message, "");
}

int Speaker::clear_configuration(sd_bus_message* message, void* self, sd_bus_error*) {
    static_cast<Speaker*>(self)->drop_stream();
    return sd_bus_reply_method_return(message, "");
}

int Speaker::endpoint_released(sd_bus_message* message, void* self, sd_bus_error*) {
    auto* speaker = static_cast<Speaker*>(self);
    speaker->drop_stream();
    speaker->registered_ = false;
    return sd_bus_reply_method_return(message, "");
}

}  // namespace lab
