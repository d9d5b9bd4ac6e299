#!/bin/sh
# Captures printf of the C library of this machine (glibc 2.36 when the fixture was made) for printf.test.ts.
# Usage: core/libc/stdio/capture-printf.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -std=gnu11 -w -o "$work/capture" "$here/capture-printf.c"
"$work/capture" >"$here/printf.golden.json"
npx prettier --write --log-level warn "$here/printf.golden.json"
