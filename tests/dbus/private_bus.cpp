// SPDX-License-Identifier: GPL-3.0-or-later
#include "dbus/private_bus.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace tandem::testing {

PrivateBus::PrivateBus()
    : PrivateBus(
          "<policy context=\"default\"><allow user=\"*\"/><allow own=\"*\"/>"
          "<allow send_destination=\"*\" eavesdrop=\"false\"/>"
          "<allow send_type=\"signal\"/><allow receive_sender=\"*\"/></policy>") {}

PrivateBus::PrivateBus(const std::string& rules) {
    std::string name = std::filesystem::temp_directory_path() / "tandem-bus-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test's bus");
    folder_ = name;
    address_ = "unix:path=" + folder_ + "/bus";
    write_rules(rules);
    start();
}

void PrivateBus::write_rules(const std::string& rules) const {
    std::ofstream(folder_ + "/bus.conf") << "<busconfig><type>system</type><listen>" << address_
                                         << "</listen>" << rules << "</busconfig>";
}

PrivateBus::~PrivateBus() {
    kill();
    std::filesystem::remove_all(folder_);
}

void PrivateBus::start() {
    std::filesystem::remove(folder_ + "/bus");
    std::array<int, 2> ready{};
    if (pipe(ready.data()) != 0) throw std::runtime_error("no pipe for the test's bus");
    const std::string config = "--config-file=" + folder_ + "/bus.conf";
    pid_ = fork();
    if (pid_ == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);  // no bus outlives a test that was killed
        const int null = open("/dev/null", O_RDWR);
        dup2(null, 1);
        dup2(null, 2);
        dup2(ready[1], 3);
        execlp("dbus-daemon", "dbus-daemon", "--nofork", "--print-address=3", config.c_str(),
               nullptr);
        _exit(127);
    }
    close(ready[1]);
    char byte = 0;
    const bool up = ::read(ready[0], &byte, 1) == 1;  // it listens, then it prints
    close(ready[0]);
    if (!up) throw std::runtime_error("dbus-daemon did not start: is the package dbus installed?");
}

void PrivateBus::kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void PrivateBus::freeze() {
    ::kill(pid_, SIGSTOP);
}

void PrivateBus::thaw() {
    ::kill(pid_, SIGCONT);
}

}  // namespace tandem::testing
