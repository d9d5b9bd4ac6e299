#!/bin/sh
# Captures sscanf of the C library of this machine (glibc 2.36 when the fixture was made) for scanf.test.ts.
# Usage: core/libc/stdio/capture-scanf.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -std=gnu11 -w -o "$work/capture" "$here/capture-scanf.c"
"$work/capture" >"$here/scanf.golden.json"
npx prettier --write --log-level warn "$here/scanf.golden.json"
