# SPDX-License-Identifier: GPL-3.0-or-later
# usage: zsh -f complete.zsh FOLDER LINE
# Types LINE at the prompt of a zsh that completes by FOLDER, presses Tab, and prints the line it has then.
zmodload zsh/zpty
zpty prompt zsh -f -i
zpty -w prompt "fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -D -u"
zpty -w prompt 'tell() { zle expand-or-complete; print -r -- "<$BUFFER>" }; zle -N tell; bindkey "^I" tell'
zpty -w prompt "print rea''dy"
zpty -r -m prompt said '*ready*'
zpty -w -n prompt "$2"$'\t'
zpty -r -m prompt said '*<*>*'
print -r -- "${${said##*<}%%>*}"
