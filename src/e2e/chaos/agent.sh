#!/bin/sh
# One incarnation of a stub agent: writes down its birth, takes a lock that everything it leaves behind holds
# too, and becomes the program. $1: what kind of program. All it writes lies beside it, outside of the fleet.
home=$(dirname "$0")
life() { printf '%s %s %s %s\n' "$1" "$AGENTS_RUN_ID" "$$" "$(date +%s%3N)" >>"$home/$AGENTS_NAME.life"; }

exec 9>>"$home/$AGENTS_NAME.lock"
if ! flock -n 9; then
  life twice
  exit 70
fi
life start
case $1 in
  stubborn) (trap '' HUP INT; exec setsid sleep 4000) & ;;
  family) setsid sleep 4000 & ;;
esac
exec node "$home/stub.mjs" "$1"
