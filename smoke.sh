#!/usr/bin/env bash
# Proves on this machine, in under half a minute, that a fleet comes up, is seen, is healed and goes down
# again. Lives in a temporary directory on tmux servers of its own, and removes all of it.
set -u
cd "$(dirname "$0")" || exit 1
root=$PWD

for name in $(env | sed -n 's/^\(AGENTS_[A-Za-z0-9_]*\|AGENT_MODEL_[A-Za-z0-9_]*\|AGENT_BACKEND_[A-Za-z0-9_]*\|TMUX[A-Za-z0-9_]*\)=.*/\1/p'); do
  unset "$name"
done
scratch=$(mktemp -d /tmp/agents-smoke.XXXXXX) || exit 1
export TMUX_TMPDIR=$scratch/tmux
mkdir -m 700 "$TMUX_TMPDIR"

end() {
  agents down --now >/dev/null 2>&1
  for socket in "$TMUX_TMPDIR"/tmux-*/*; do
    [ -S "$socket" ] && tmux -S "$socket" kill-server 2>/dev/null
  done
  rm -rf "$scratch"
}
agents() { node "$root/dist/agents.cjs" --config "$scratch/agents.toml" "$@"; }
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

failed=0
check() {
  local claim=$1
  shift
  if "$@" >"$scratch/output" 2>&1; then
    echo "PASS  $claim"
  else
    failed=$((failed + 1))
    echo "FAIL  $claim"
    sed 's/^/      /' "$scratch/output"
  fi
}
# Tries for ten seconds, and shows what came of the last try.
soon() {
  for _ in $(seq 50); do
    "$@" >"$scratch/try" 2>&1 && return 0
    sleep 0.2
  done
  cat "$scratch/try"
  return 1
}
# status NAME EXPRESSION: holds of the agent of that name, as JavaScript sees it.
status() {
  agents status --json | node -e '
    const { agents } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
    const it = agents.find(({ name }) => name === process.argv[1]);
    if (it === undefined || !eval(process.argv[2])) { console.log(it); process.exitCode = 1; }
  ' "$1" "$2"
}
printed() { agents logs ticker -n 50 | grep -q 'tick 1'; }
nothing_left() {
  ! ps -A -o args= | grep -F "$scratch/" | grep -v grep && ! tmux_servers
}
tmux_servers() {
  for socket in "$TMUX_TMPDIR"/tmux-*/*; do
    [ -S "$socket" ] && tmux -S "$socket" list-sessions 2>/dev/null && return 0
  done
  return 1
}

cat >"$scratch/agents.toml" <<TOML
[defaults]
session_prefix = "smoke-"
log_dir = "log"
backend = "shell"
watch = "heal"
restart = { first = "1s", max = "2s" }

[watchdog]
signal_interval = 1

[[agent]]
name = "ticker"
prompt = "i=0; while :; do i=\$((i+1)); echo tick \$i; sleep 1; done"

[[agent]]
name = "once"
kind = "task"
prompt = "echo did it"
TOML

command -v tmux >/dev/null || { echo "FAIL  tmux is installed"; exit 1; }
node src/ready.mjs && node src/build.mjs || { echo "FAIL  the program is built"; exit 1; }

check "up returns when everything runs" agents up
# Nothing below could hold.
[ "$failed" -eq 0 ] || exit 1
check "status says that it runs" status ticker 'it.life === "up" && it.pid > 0'
check "its first output is in the log" soon printed
pid=$(agents status --json | node -e '
  const { agents } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
  console.log(agents.find(({ name }) => name === "ticker").pid);
')
kill -9 "$pid" 2>/dev/null
check "a killed agent is started again" soon status ticker "it.life === 'up' && it.pid !== null && it.pid !== $pid"
check "a task that ended stays ended" soon status once 'it.exit !== null && it.exit.code === 0'
check "up again changes nothing" agents up
check "down returns when nothing is left" agents down
check "no process and no tmux server is left" soon nothing_left

[ "$failed" -eq 0 ] && echo "PASS  smoke: a fleet came up, was healed and went down"
exit $((failed > 0))
