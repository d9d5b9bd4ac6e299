#!/bin/sh
# Compiles every program here with the real gcc and keeps what it prints and how it ends: the truth for corpus.test.ts.
# Run on a machine with gcc after adding or changing a program.
cd "$(dirname "$0")" || exit 1
bin=$(mktemp)
for source in *.c; do
  gcc -O0 -w -o "$bin" "$source" -lm || exit 1
  { "$bin" </dev/null; echo "[exit $?]"; } >"${source%.c}.out" 2>/dev/null
done
rm -f "$bin"
