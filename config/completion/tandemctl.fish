# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for fish: tandemctl itself says what can follow, a candidate and what it does a line.
function __tandemctl_candidates
    set -l words (commandline -opc)
    tandemctl complete $words[2..] (commandline -ct) 2>/dev/null
end
complete -c tandemctl -n 'not contains -- check (commandline -opc)' -f
complete -c tandemctl -a '(__tandemctl_candidates)'
