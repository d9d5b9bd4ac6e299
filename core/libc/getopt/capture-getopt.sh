#!/bin/sh
# Captures getopt and its kin of the C library of this machine (glibc 2.36 when the fixture was made) for getopt.test.ts.
# Usage: core/libc/getopt/capture-getopt.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc -std=gnu11 -w -o "$work/capture" "$here/capture-getopt.c"
"$work/capture" >"$here/getopt.golden.json"
npx prettier --write --log-level warn "$here/getopt.golden.json"
