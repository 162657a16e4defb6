# SPDX-License-Identifier: GPL-3.0-or-later
# Tandem as its user meets it. Sourced after lib.sh.

# Installed as a user would, from the package alone.
tandem_install() {
    mkdir -p /tmp/package
    cp /lab/tandem.deb /tmp/package/
    apt-get install -q -y /tmp/package/tandem.deb >/tmp/apt.log 2>&1 || {
        tail -n 15 /tmp/apt.log
        fail "apt cannot install the package"
    }
    step "installed $(dpkg-query -W tandem)"
}

status_of() { tandemctl status --json | jq -r "$1"; }
status_is() { [ "$(status_of "$1")" = "$2" ]; }
sink_is() { status_is ".sinks[] | select(.name == \"$1\") | .state" "$2"; }
sink_is_not() { ! sink_is "$@"; }
all_stream() { status_is '[.sinks[] | .state == "streaming"] | length > 0 and all' true; }
volume_is() { status_is ".sinks[] | select(.name == \"$1\") | .volume_percent == $2" true; } # NAME PERCENT
asked_for_volume() { grep -q ": volume $2\$" "$RADIO/speaker-$1.log"; } # NAME LEVEL, of 0 to 127

# Right after installation: the service runs, and says that there is nothing to do yet.
tandem_idles() {
    systemctl is-enabled -q tandem || fail "the package did not enable tandem.service"
    wait_for 15 "tandem.service being active" systemctl is-active -q tandem
    text=$(systemctl show -P StatusText tandem)
    case $text in
    *"no sink is configured"*) step "idle: $text" ;;
    *) fail "with no sink configured the status of tandem.service is \"$text\" and does not say so" ;;
    esac
}

tandem_pair() { # NAME [OPTION...]
    name=$1
    shift
    tandemctl pair "$(address "$name")" "$@" || fail "tandemctl cannot pair with speaker $name"
    step "paired with $name"
}

# config PROFILE [NAME:LINE...]: writes the configuration for all speakers; a LINE is put into that speaker's [[sink]].
config() {
    profile=$1
    shift
    {
        printf '[capture]\ndevice = "hw:Loopback,1,0"\n\n[stream]\nprofile = "%s"\n' "$profile"
        for name in $SPEAKER_NAMES; do
            printf '\n[[sink]]\nname = "%s"\naddress = "%s"\n' "$name" "$(address "$name")"
            [ "$BRIDGES" = 1 ] || printf 'adapter = "%s"\n' "$(adapter_for "$name")"
            for line; do [ "${line%%:*}" != "$name" ] || printf '%s\n' "${line#*:}"; done
        done
    } >/etc/tandem/tandem.toml
}
# With more than one adapter in the bridge, each speaker has its own.
adapter_for() { echo "hci$(($(index_of "$1") - BRIDGES))"; }

# tandem_up BRIDGES SPEAKER...: from a fresh boot to sound on all speakers. A SPEAKER is a name and its options, in one
# word: 'left delay=120 mtu=672'.
tandem_up() {
    radio_up "$1" $(($# - 1))
    shift
    SPEAKER_NAMES=
    for speaker; do
        # shellcheck disable=SC2086 # a list of words
        speaker_up $speaker
        SPEAKER_NAMES="$SPEAKER_NAMES ${speaker%% *}"
    done
    aux_up
    tandem_install
    tandem_idles
    for name in $SPEAKER_NAMES; do
        if [ "$BRIDGES" = 1 ]; then
            tandem_pair "$name"
        else
            tandem_pair "$name" --adapter "$(adapter_for "$name")"
        fi
    done
    config balanced
    tandem_restart
}

tandem_restart() {
    tandemd --check --config /etc/tandem/tandem.toml || fail "tandemd refuses the configuration"
    systemctl restart tandem || fail "tandem.service does not start"
    wait_for 60 "streaming to all sinks" all_stream
    wait_for 30 "the timeline's lock" status_is .timeline.locked true
    step "all sinks stream"
}

tandem_reload() { # what plays goes on playing
    tandemctl reload || fail "tandem.service does not take the configuration"
    all_stream || fail "a sink no longer streams after a reload that only changed a trim"
    step "reloaded"
}

tandem_remove() {
    apt-get remove -q -y tandem >/tmp/apt.log 2>&1 || fail "apt cannot remove the package: $(tail -n 1 /tmp/apt.log)"
    ! pgrep -x tandemd >/dev/null || fail "tandemd runs although its package was removed"
    ! systemctl is-active -q tandem || fail "tandem.service is active although its package was removed"
    step "removed"
}

# What every stream to a speaker is held to, as options of measure: nothing is lost on its way,
whole() { # NAME [SNR in dB: bitpool 51 leaves 10.6 of white noise, 33 leaves 2.9]
    for bound in sequence_gaps==0 bad_packets==0 timestamp_errors==0 "snr_left_db>=${2:-9}" "snr_right_db>=${2:-9}"; do
        printf -- "--require %s.%s " "$1" "$bound"
    done
}
# and while nothing is to move its content, it continues where it left off. SECONDS of noise were played.
flawless() { # NAME SECONDS [SNR]
    whole "$1" "${3:-9}"
    for bound in jumps==0 packets_unmatched==0 "heard_s>=$(($2 - 2))"; do
        printf -- "--require %s.%s " "$1" "$bound"
    done
}
punctual() { printf -- '--require %s.latency_p99_ms<=36 --require %s.pacing_rms_ms<=0.5 ' "$1" "$1"; }
skewed_by() { # MILLISECONDS
    printf -- '--require skew.median_ms>=%s --require skew.median_ms<=%s ' "$(plus "$1" -0.5)" "$(plus "$1" 0.5)"
}
plus() { awk "BEGIN { print $1 + $2 }"; }

# mark NAME: notes the time, so that measure can judge what came between two marks.
mark() { date +%s.%N >"/tmp/mark-$1"; }
part() { # NAME: from mark NAME to mark NAME-end
    printf -- '--part %s=%s:%s ' "$1" "$(cat "/tmp/mark-$1")" "$(cat "/tmp/mark-$1-end")"
}
# In a part, the content is in step: the median as it should be, and 98 % of the packets within a millisecond. (A packet
# of 8 frames takes longer to encode than one of 4: 0.13 ms on this machine.)
in_step() { # NAME MILLISECONDS
    part "$1"
    printf -- '--require %s.skew.content_median_ms>=%s --require %s.skew.content_median_ms<=%s ' \
        "$1" "$(plus "$2" -0.2)" "$1" "$(plus "$2" 0.2)"
    printf -- '--require %s.skew.content_spread_ms<=1 ' "$1"
}

# read_timeline COUNT: what the bridge says of its timeline, once a second, into /tmp/timeline.
read_timeline() {
    for _ in $(seq "$1"); do
        status_of '.timeline | "\(.position) \(.time_ns)"'
        sleep 1
    done >/tmp/timeline
}

now() { cut -d ' ' -f 1 /proc/uptime; }
# becomes_within STATE SECONDS NAME SINCE: waits for that state of sink NAME, and bounds the time from SINCE (of `now`) to
# when it began, by its age in the status.
becomes_within() {
    wait_for 120 "speaker $3 being $1" sink_is "$3" "$1"
    age=$(status_of ".sinks[] | select(.name == \"$3\") | .since_s")
    bound "time until speaker $3 is $1" "$(awk "BEGIN { print $(now) - $age - $4 }")" s "$2"
}
# paged: seconds that the bridge's adapter hci0 has paged so far.
paged() {
    rm -f "$RADIO/paging"
    air paging "$RADIO/paging"
    wait_for 5 "the radio's answer" test -e "$RADIO/paging"
    awk '$1 == 0 { print $2 }' "$RADIO/paging"
}

FAILURES=0
# judge NAME OPTION...: measures recording NAME; a bound that does not hold fails the scenario at its end.
judge() {
    judged=$1
    shift
    printf '\n== %s\n' "$judged"
    # shellcheck disable=SC2046 # a list of options
    nice -n 19 measure "/tmp/$judged.btsnoop" "/tmp/$judged.aux" /tmp/noise.wav --json "/lab/out/$judged.json" \
        $(names) "$@" || fault
    printf 'radio late by %s\n' "$(head -n 1 "/tmp/$judged.late")"
}
names() { for name in $SPEAKER_NAMES; do printf -- '--name %s=%s ' "$name" "$(address "$name")"; done; }
fault() { FAILURES=$((FAILURES + 1)); }
# bound WHAT VALUE UNIT LIMIT: VALUE may be LIMIT at most.
bound() {
    printf '%s: %s %s (at most %s)\n' "$1" "$2" "$3" "$4"
    awk "BEGIN { exit !($2 <= $4) }" || {
        printf 'FAILED: %s is %s %s, and %s was the bound\n' "$1" "$2" "$3" "$4"
        fault
    }
}
conclude() {
    [ "$FAILURES" != 0 ] || return 0
    fail "$FAILURES of the checks above did not hold"
}
