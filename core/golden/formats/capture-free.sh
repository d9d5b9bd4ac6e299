#!/bin/sh
# What free prints of one /proc/meminfo: sh capture-free.sh > free.txt (root, procps 4.0.2)
here=$(cd "$(dirname "$0")" && pwd)
export here
exec unshare -m sh -c 'mount --bind "$here/proc-meminfo.txt" /proc/meminfo
for options in "" -b -k -m -g -h "-h --si" -w -t -l -v -wth "-m --si" --kilo --mega --tera --tebi -lvth; do
  echo "\$ free $options"
  free $options
done'
