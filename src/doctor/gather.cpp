// SPDX-License-Identifier: GPL-3.0-or-later
// Facts about the service, the configuration, the card and the input.
#include "tandem/doctor/gather.hpp"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>

#include "doctor/run_program.hpp"
#include "tandem/audio/alsa_cards.hpp"
#include "tandem/remote/bridge_client.hpp"

namespace tandem {
namespace {

// The service reports the level of the last second: look a few times.
constexpr int kSecondsOfListening = 3;

std::string name_of_group(gid_t id) {
    const group* found = getgrgid(id);
    return found != nullptr ? found->gr_name : std::to_string(id);
}

// "Gid:" and "Groups:" of /proc/PID/status.
std::vector<std::string> groups_of_process(const std::string& pid) {
    std::vector<std::string> groups;
    std::ifstream file("/proc/" + pid + "/status");
    for (std::string line; std::getline(file, line);) {
        if (!line.starts_with("Groups:") && !line.starts_with("Gid:")) continue;
        std::istringstream ids(line.substr(line.find(':') + 1));
        for (gid_t id = 0; ids >> id;)
            groups.push_back(name_of_group(id));
    }
    return groups;
}

bool caller_may_change() {
    if (geteuid() == 0) return true;
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(getgroups(0, nullptr), 0)));
    const int count = getgroups(static_cast<int>(groups.size()), groups.data());
    groups.resize(static_cast<std::size_t>(std::max(count, 0)));
    groups.push_back(getegid());
    return std::ranges::any_of(groups, [](gid_t id) { return name_of_group(id) == "tandem"; });
}

// The service, a few seconds of its input, and which configuration it uses.
void gather_service(DoctorFacts& facts) {
    try {
        const BridgeClient client;
        facts.config_file = client.get_config_file();
        for (int second = 0; second < kSecondsOfListening; ++second) {
            if (second > 0) std::this_thread::sleep_for(std::chrono::seconds{1});
            facts.status = status_from_json(client.get_status());
            facts.loudest_dbfs =
                std::max({facts.loudest_dbfs, facts.status->capture.level_left_dbfs,
                          facts.status->capture.level_right_dbfs});
        }
    } catch (const std::exception& error) {
        facts.status.reset();
        facts.status_trouble = error.what();
    }
}

void gather_config(DoctorFacts& facts) {
    try {
        facts.config = load_config(facts.config_file);
    } catch (const ConfigError& error) {
        facts.config_trouble = error.what();
    }
}

}  // namespace

void gather_unit(DoctorFacts& facts) {
    const std::string service = "tandem.service";
    const std::string properties = "LoadState,ActiveState,ExecMainStatus,NRestarts,WatchdogUSec";
    facts.unit = parse_unit(output_of({"systemctl", "show", service, "--property", properties}));
    std::string pid = output_of({"systemctl", "show", service, "--property", "MainPID", "--value"});
    pid.erase(std::min(pid.find('\n'), pid.size()));
    if (!pid.empty() && pid != "0") facts.unit.groups = groups_of_process(pid);
    facts.may_change = caller_may_change();
}

void gather_card(DoctorFacts& facts) {
    if (!facts.config) return;
    const std::string& wanted = facts.config->capture.device;
    for (const RecordingDevice& device : list_recording_devices()) {
        if (device.driver != "USB-Audio") continue;
        const bool named = wanted.find("CARD=" + device.card_id) != std::string::npos;
        if (!named && wanted != "auto") continue;
        std::ifstream file("/proc/asound/" + device.card_id + "/stream0");
        facts.card = parse_usb_stream({std::istreambuf_iterator<char>(file), {}});
        if (facts.card) return;
    }
}

// Of the card that is open, or else of the one that is configured.
void gather_mixer(DoctorFacts& facts) {
    std::string pcm = facts.config ? facts.config->capture.device : std::string();
    if (facts.status && !facts.status->capture.description.empty()) {
        const std::string& opened = facts.status->capture.description;
        pcm = opened.substr(0, opened.find(' '));
    }
    facts.mixer_card = control_of(pcm);
    if (!facts.mixer_card.empty()) facts.mixer = read_mixer(facts.mixer_card);
}

DoctorFacts gather_facts(const std::string& config_file) {
    DoctorFacts facts;
    facts.config_file = config_file;
    gather_unit(facts);
    gather_service(facts);
    gather_config(facts);
    gather_radio(facts);
    gather_bluez(facts);
    gather_card(facts);
    gather_mixer(facts);
    return facts;
}

}  // namespace tandem
