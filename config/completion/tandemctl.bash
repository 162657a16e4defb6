# SPDX-License-Identifier: GPL-3.0-or-later
# Completion for bash: tandemctl itself says what can follow, a candidate and what it does a line.
_tandemctl() {
    local candidate
    COMPREPLY=()
    while IFS=$'\t' read -r candidate _; do
        COMPREPLY+=("$(printf %q "$candidate")")
    done < <("${COMP_WORDS[0]}" complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _tandemctl tandemctl
