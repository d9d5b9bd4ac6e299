#!/bin/sh
# Captures strtod, strtol, rand and <ctype.h> of the C library of this machine (glibc 2.36 when the fixture was made)
# for numbers.test.ts. Usage: core/libc/stdlib/capture-numbers.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -std=gnu11 -w -o "$work/capture" "$here/capture-numbers.c"
"$work/capture" >"$here/numbers.golden.json"
npx prettier --write --log-level warn "$here/numbers.golden.json"
