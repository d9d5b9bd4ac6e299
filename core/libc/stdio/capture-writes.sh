#!/bin/sh
# Records with strace which write(2) calls the stdio of this machine's C library (glibc 2.36 when the fixture was made)
# makes, on a pipe with several buffers and on a terminal. Usage: core/libc/stdio/capture-writes.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -std=gnu11 -w -fno-builtin -o "$work/capture" "$here/capture-writes.c"
cd "$work"
# "[fd, bytes], ..." of the lines of strace on standard input
sizes() { sed -n 's/.*write(\([12]\), .*= \([0-9]*\)$/[\1, \2]/p' | paste -sd, | sed 's/,\[/, [/g'; }
{
  echo '['
  for size in 0 64 256 1000 -256 -1000; do
    strace -e trace=write -o log ./capture "$size" 2>/dev/null | cat >/dev/null
    echo "  {\"size\": $size, \"terminal\": false, \"writes\": [$(sizes <log)]},"
  done
  strace -f -e trace=write -o log script -qc ./capture /dev/null >/dev/null
  pid=$(sed -n 's/^\([0-9]*\) write([12], "line.*= 5$/\1/p' log | head -n 1)
  echo "  {\"size\": 0, \"terminal\": true, \"writes\": [$(grep "^$pid " log | sizes)]}"
  echo ']'
} >"$here/writes.golden.json"
npx prettier --write --log-level warn "$here/writes.golden.json"
