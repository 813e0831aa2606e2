# A PostgreSQL cluster for tests. Reads commands (stop, crash, start) from standard input, one a line,
# and answers each with one line. When its input ends, however the tests ended, everything is removed.
# shellcheck shell=bash
set -u
trap '' INT TERM HUP
find_tools() {
  command -v initdb >/dev/null && command -v pg_ctl >/dev/null && return
  local folder
  for folder in $(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -Vr); do
    if [ -x "$folder/initdb" ]; then
      PATH="$folder:$PATH"
      return
    fi
  done
  return 1
}
find_tools || { echo absent; exit; }
# Short, because the name of a socket may have 107 bytes only.
folder="$(mktemp -d /tmp/wardround-pg-XXXXXX)" || { echo "failed no temporary folder"; exit; }
cd "$folder" || exit
log="$folder/log"
make() { initdb -D "$folder/data" -A trust -U wardround -E UTF8 --no-sync "$@" >>"$log" 2>&1; }
start() {
  pg_ctl -D "$folder/data" -w -t 60 -l "$log" \
    -o "-k $folder -c listen_addresses='' -c fsync=off -c max_connections=300 -c shared_buffers=64MB" \
    start >>"$log" 2>&1
}
# A locale that orders text unlike bytes: whoever relies on the order of text shall be found out.
if { make --locale-provider=icu --icu-locale=en-US --locale=C.UTF-8 ||
  { rm -rf "$folder/data"; make --locale=C.UTF-8; } ||
  { rm -rf "$folder/data"; make --locale=C; }; } && start; then
  echo "ready $folder"
else
  echo "failed $(tr '\n' ' ' <"$log" | tail -c 600)"
  rm -rf "$folder"
  exit
fi
while read -r command; do
  case "$command" in
    stop) pg_ctl -D "$folder/data" -m fast -w stop >>"$log" 2>&1 ;;
    crash) pg_ctl -D "$folder/data" -m immediate -w stop >>"$log" 2>&1 ;;
    start) start ;;
    *) false ;;
  esac && echo "done $command" || echo "failed $command"
done
pg_ctl -D "$folder/data" -m immediate -w stop >>"$log" 2>&1
cd / && rm -rf "$folder"
