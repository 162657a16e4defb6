// SPDX-License-Identifier: GPL-3.0-or-later
// Who may do what by the policy that the package installs, asked of a real message bus.
#include <gmock/gmock.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <regex>

#include "dbus/bench.hpp"
#include "fakes/no_commands.hpp"
#include "places.hpp"
#include "tandem/remote/bridge_client.hpp"
#include "tandem/remote/bridge_object.hpp"

namespace tandem::testing {
namespace {

using ::testing::HasSubstr;

// Who the test is to the bus.
enum class Role { service, root, member, outsider };

// What a system bus has for all services: calls and names are for those who are allowed them.
constexpr const char* kSystemRules =
    R"(<policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/>
       <allow send_type="signal"/><allow send_type="method_return"/><allow send_type="error"/>
       <allow receive_type="method_call"/><allow receive_type="method_return"/>
       <allow receive_type="error"/><allow receive_type="signal"/>
       <allow send_destination="org.freedesktop.DBus"/></policy>)";

std::string own_user() {
    const passwd* user = getpwuid(geteuid());
    return user != nullptr ? user->pw_name : std::to_string(geteuid());
}

std::string own_group() {
    const group* found = getgrgid(getegid());
    return found != nullptr ? found->gr_name : std::to_string(getegid());
}

// A user and a group that Debian has everywhere, and nobody who runs tests belongs to.
constexpr const char* kStranger = "games";

// The installed rules for one user, whoever that is: it is the rules that change for a role. Who is
// meant by it gets the name of whoever runs the test, and everybody else that of a stranger.
std::string rules_for(Role role) {
    std::ifstream file(TANDEM_SOURCE_DIR "/systemd/io.tandem.Bridge1.conf");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto begin = text.find("<policy");
    std::string rules = text.substr(begin, text.find("</busconfig>") - begin);
    const auto name = [&](const std::string& attribute, const std::string& installed,
                          const std::string& here) {
        const std::regex whole(attribute + "=\"" + installed + '"');
        EXPECT_TRUE(std::regex_search(rules, whole))
            << "the installed policy has no rule for the " << attribute << ' ' << installed;
        rules = std::regex_replace(rules, whole, attribute + "=\"" + here + '"');
    };
    name("user", "root", role == Role::root ? own_user() : kStranger);
    name("user", "tandem", role == Role::service ? own_user() : kStranger);
    name("group", "tandem", role == Role::member ? own_group() : kStranger);
    return kSystemRules + rules;
}

struct CountedCommands final : test::NoCommands {
    int reloads = 0;
    int mutes = 0;
    void reload() override { ++reloads; }
    void set_mute(const std::string&, bool) override { ++mutes; }
};

struct Policy : ::testing::Test {
    PrivateBus bus_daemon{rules_for(Role::service)};
    Loop loop;
    BusConnection bus{loop, {bus_daemon.address(), {10ms, 50ms}}};
    CountedCommands commands;
    std::string name_trouble = "not asked yet";
    std::optional<BridgeObject> object;

    void SetUp() override {
        object.emplace(
            bus, commands,
            ServedBridge{"1.2.3", "/etc/tandem/tandem.toml", [] { return BridgeStatus(); },
                         [this](const std::string& trouble) { name_trouble = trouble; }});
        ASSERT_TRUE(run_until(loop, [&] { return name_trouble.empty(); }));
    }
    // The service keeps its name, which it was given before.
    void become(Role role) {
        bus_daemon.write_rules(rules_for(role));
        const std::string name = "org.freedesktop.DBus";
        std::optional<BusReply> answer;
        const auto call = bus.call({name, "/org/freedesktop/DBus", name, "ReloadConfig"},
                                   [&](const BusReply& reply) { answer = reply; });
        ASSERT_TRUE(run_until(loop, [&] { return answer.has_value(); }));
        ASSERT_FALSE(answer->error) << answer->error->said();
    }
    // What becomes of `use` in another process of that role: "done", or what the client says.
    std::string as(Role role, const std::function<void(const BridgeClient&)>& use) {
        become(role);
        std::array<int, 2> ends{};
        EXPECT_EQ(pipe(ends.data()), 0);
        const pid_t pid = fork();
        if (pid == 0) {
            const std::string outcome = outcome_of(use);
            (void)!::write(ends[1], outcome.data(), outcome.size());
            _exit(0);
        }
        close(ends[1]);
        int status = 0;
        EXPECT_TRUE(run_until(loop, [&] { return waitpid(pid, &status, WNOHANG) == pid; }));
        std::array<char, 1000> outcome{};
        const auto size = ::read(ends[0], outcome.data(), outcome.size());
        close(ends[0]);
        return {outcome.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

  private:
    std::string outcome_of(const std::function<void(const BridgeClient&)>& use) const {
        try {
            use(BridgeClient(bus_daemon.address(), 5s));
            return "done";
        } catch (const BridgeClientError& error) {
            return (error.trouble() == BridgeTrouble::denied ? "denied: " : "failed: ") +
                   std::string(error.what());
        }
    }
};

void read_status(const BridgeClient& client) {
    (void)status_from_json(client.get_status());
    (void)client.get_config_file();
}
void reload(const BridgeClient& client) {
    client.commands().reload();
}
void mute(const BridgeClient& client) {
    client.commands().set_mute("left", true);
}

TEST_F(Policy, EverybodyMayRead) {
    for (const Role role : {Role::root, Role::member, Role::outsider})
        EXPECT_EQ(as(role, read_status), "done") << static_cast<int>(role);
}

TEST_F(Policy, RootAndMembersOfTheGroupMayChangeSomething) {
    for (const Role role : {Role::root, Role::member}) {
        EXPECT_EQ(as(role, reload), "done") << static_cast<int>(role);
        EXPECT_EQ(as(role, mute), "done") << static_cast<int>(role);
    }
    EXPECT_EQ(commands.reloads, 2);
    EXPECT_EQ(commands.mutes, 2);
}

TEST_F(Policy, OthersMayChangeNothingAndAreToldWhoMay) {
    EXPECT_THAT(as(Role::outsider, reload), HasSubstr("denied: You may not do this"));
    EXPECT_THAT(as(Role::outsider, mute), HasSubstr("as a member of the group tandem"));
    EXPECT_EQ(commands.reloads, 0);
    EXPECT_EQ(commands.mutes, 0);
}

TEST_F(Policy, OthersMayNotPoseAsTheService) {
    const auto pose = [&](const BridgeClient&) {
        Loop own;
        BusConnection connection(own, {bus_daemon.address(), {10ms, 50ms}});
        std::optional<NameOwnership> answer;
        const auto name =
            connection.own_name(kBridgeName, [&](NameOwnership given) { answer = given; });
        (void)run_until(own, [&] { return answer.has_value(); });
        if (answer == NameOwnership::denied)
            throw BridgeClientError(BridgeTrouble::denied, "the name");
    };
    EXPECT_EQ(as(Role::outsider, pose), "denied: the name");
    EXPECT_EQ(as(Role::member, pose), "denied: the name");
    EXPECT_EQ(as(Role::service, pose), "done") << "the name is taken, not forbidden";
}

}  // namespace
}  // namespace tandem::testing
