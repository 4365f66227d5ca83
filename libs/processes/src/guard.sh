#!/bin/sh
# Ends the processes named on its input once that input closes: then their parent is gone, however it went.
# Argument: for how many tenths of a second they may take to end before they are killed.
# Input, one a line: "add <target> <signal>" or "drop <target>"; a target is what kill(1) takes, a group being "-<pid>".

trap '' INT TERM HUP

patience=${1:-100}

targets=
while read -r word target signal; do
  case $word in
    add) targets="$targets $target:$signal" ;;
    drop)
      kept=
      for entry in $targets; do
        [ "${entry%%:*}" = "$target" ] || kept="$kept $entry"
      done
      targets=$kept
      ;;
  esac
done

for entry in $targets; do
  kill -s "${entry#*:}" -- "${entry%%:*}" 2>/dev/null
done

rounds=0
while [ -n "$targets" ] && [ "$rounds" -lt "$patience" ]; do
  kept=
  for entry in $targets; do
    kill -s 0 -- "${entry%%:*}" 2>/dev/null && kept="$kept $entry"
  done
  targets=$kept
  [ -n "$targets" ] && sleep 0.1
  rounds=$((rounds + 1))
done

for entry in $targets; do
  kill -s KILL -- "${entry%%:*}" 2>/dev/null
done
