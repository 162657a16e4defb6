# SPDX-License-Identifier: GPL-3.0-or-later
# For sourcing by tests/run.sh: what runs now, and about how long all that is left still takes.

PLANNED=0 # seconds on two cores, of all stages
PASSED=0  # of those that are over
BEGAN=$(date +%s)
RUNNING=no
STAGE=

# in_stages FUNCTION: runs it; its stages say how much is left before each of them.
in_stages() {
    RUNNING=no
    "$1"
    RUNNING=yes
    "$1"
    STAGE=
}

# stage SECONDS WHAT COMMAND...: SECONDS is what it takes on two cores from an empty machine on.
stage() {
    seconds=$1
    if [ "$RUNNING" = no ]; then
        PLANNED=$((PLANNED + seconds))
        return
    fi
    STAGE=$2
    shift 2
    say "$STAGE ($(minutes_left))"
    PASSED=$((PASSED + seconds))
    "$@"
}

# What is planned, slower where this machine has been slower so far. A faster one may have had its things built
# already, which says nothing of what is left.
minutes_left() {
    left=$((PLANNED - PASSED))
    spent=$(($(date +%s) - BEGAN))
    [ "$spent" -le "$PASSED" ] || [ "$PASSED" -lt 60 ] || left=$((left * spent / PASSED))
    printf 'about %s min left' "$(((left + 59) / 60))"
}
