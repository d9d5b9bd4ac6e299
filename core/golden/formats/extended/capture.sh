#!/bin/sh
# smaps of ../sample.c and what pmap -X makes of it: again until nothing changed meanwhile (Pss depends on others).
cd "$(dirname "$0")" || exit 1
d=$(mktemp -d)
gcc -O0 -o "$d/demo" ../sample.c
mkfifo "$d/in"
(cd "$d" && exec ./demo <in >/dev/null) &
exec 3>"$d/in"
sleep 1
pid=$!
until
  cat /proc/$pid/smaps >smaps.txt
  for options in -X -XX -Xq -XXq -Xp; do pmap $options $pid >"pmap$options.txt"; done
  cat /proc/$pid/smaps | cmp -s - smaps.txt
do :; done
exec 3>&-
wait
rm -r "$d"
