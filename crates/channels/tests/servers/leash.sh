# Runs a command for a test, as long as standard input is open: however the test ends, the command ends.
# What the command says on either output comes out on standard output.
# shellcheck shell=bash
set -u
trap '' INT TERM HUP
exec 3<&0
"$@" </dev/null 2>&1 &
child=$!
{
  cat <&3 >/dev/null
  kill -KILL "$child" 2>/dev/null
} >/dev/null 2>&1 &
exec 3<&-
wait "$child"
