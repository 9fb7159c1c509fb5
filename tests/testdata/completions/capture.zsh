# zsh -f capture.zsh DIR SCRIPT LINE: prints what zsh's own completion offers for LINE, on a terminal of its own
zmodload zsh/zpty
cat >$1/inner.zsh <<'Z'
compadd() {
  # calls that only test or collect show nothing
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return $?
  fi
  typeset -a hits
  builtin compadd -A hits "$@"
  print -l -r -- '' HIT:$^hits
  builtin compadd "$@"
}
done_line() { print -l -r -- '' END; exit }
comppostfuncs=(done_line)
bindkey '^I' complete-word
zstyle ':completion:*' insert-tab false
Z
zpty z zsh -f -i
zpty -w z "PS1=; autoload -Uz compinit; compinit -u -d $1/dump; source $2; source $1/inner.zsh; print READY"
while zpty -r z line; do [[ $line == READY* ]] && break; done
zpty -w -n z "$3"$'\t'
while zpty -r z line; do
  line=${line%%[$'\r\n']*}
  [[ $line == END* ]] && break
  [[ $line == HIT:?* ]] && print -r -- ${line#HIT:}
done
exit 0
