// SPDX-License-Identifier: GPL-3.0-or-later
#include "host_device.hpp"

#include <fcntl.h>
#include <linux/tty.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

namespace lab {
namespace {

// The kernel's drivers/bluetooth/hci_uart.h, which is not among the headers for programs.
constexpr unsigned long kSetProtocol = _IOW('U', 200, int);
constexpr unsigned long kSetFlags = _IOW('U', 203, int);
constexpr unsigned long kH4 = 0;
constexpr unsigned long kResetOnInit = 1UL << 1;

[[noreturn]] void fail(const std::string& what, const std::string& advice) {
    throw std::runtime_error(what + ": " + std::strerror(errno) + ": " + advice);
}

int open_vhci() {
    const int fd = open("/dev/vhci", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;
    const std::uint8_t create[]{0xff, 0x00};  // vendor packet: a primary controller
    if (write(fd, create, sizeof create) != sizeof create)
        fail("cannot make an HCI device at /dev/vhci", "run as root");
    return fd;
}

void make_raw(int fd) {
    termios settings{};
    if (tcgetattr(fd, &settings) < 0) fail("cannot read a terminal's settings", "run as root");
    cfmakeraw(&settings);
    if (tcsetattr(fd, TCSANOW, &settings) < 0) fail("cannot set a terminal to raw", "run as root");
}

int open_uart() {
    const int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0)
        fail("cannot open a pseudo-terminal", "is /dev/pts mounted?");
    // The kernel's end: it is the HCI device until it is closed, at the end of this process.
    const int line = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (line < 0) fail("cannot open the other end of a pseudo-terminal", "is /dev/pts mounted?");
    make_raw(fd);
    make_raw(line);
    const int discipline = N_HCI;
    if (ioctl(line, TIOCSETD, &discipline) < 0 || ioctl(line, kSetFlags, kResetOnInit) < 0 ||
        ioctl(line, kSetProtocol, kH4) < 0)
        fail("cannot make an HCI device of a pseudo-terminal",
             "run as root on a kernel with hci_vhci or hci_uart (modprobe hci_uart)");
    return fd;
}

}  // namespace

int open_host_device() {
    const int fd = open_vhci();
    return fd >= 0 ? fd : open_uart();
}

}  // namespace lab
