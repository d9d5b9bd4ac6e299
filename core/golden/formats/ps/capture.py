"""Captures what ps prints of tasks.c, and what it read: run as root inside its own pid namespace:
unshare -pf --mount-proc python3 capture.py > ps.json, beside the compiled tasks."""
import json, os, pty, subprocess, sys, time

COMMANDS = """ps
ps -e
ps -A
ps ax
ps a
ps x
ps aux
ps auxww
ps -ef
ps -f
ps -eF
ps -el
ps -ely
ps -elf
ps -eL
ps -eLf
ps -eT
ps -eTf
ps axm
ps -em
ps l
ps axl
ps axj
ps -ej
ps axu -L
ps v
ps axv
ps axs
ps f
ps axf
ps axjf
ps -ef --forest
ps -eH
ps -C tasks
ps -C tasks,child -o pid=
ps -u root
ps -u root -o pid,user,comm
ps -u 1
ps -U root -f
ps --ppid {first}
ps --ppid {first} -o pid,ppid,stat,cmd
ps -p {first} -L
ps -p {first} -L -o pid,tid,lwp,nlwp,comm,stat,psr,pcpu
ps -p {first} -T
ps -p {first} -o pid,ppid,stat,state,s,comm,args,cmd
ps -N -p {first}
ps -e -o pid,ppid,user,uid,stat,nlwp,min_flt,maj_flt,vsz,rss,comm
ps -e -o pid,rssize,rsz,vsize,sz,size,drs,trs,pmem,pcpu
ps -e -o pid,pri,ni,nice,cls,policy,psr,rtprio,opri
ps -e -o pid,wchan,comm
ps -e -o pid,wchan:20,nwchan,tty,tname,tt
ps -e -o pid,time,cputime,bsdtime,etime,etimes
ps -e -o pid,start,stime,start_time,lstart
ps -e -o pid,pgid,sid,sess,tpgid,pgrp
ps -e -o pid,euser,ruser,group,gid,egid,euid,ruid
ps -e -o pid,f,flags,addr,c
ps -e -o user:12,pid:8,comm:6,args
ps -e -o pid,thcount,nlwp,tgid,tid,spid,lwp
ps -e -o pid,majflt,minflt,pagein
ps -e -o pid,pending,blocked,ignored,caught
ps -e -o pid,fname,ucmd,ucomm,command
ps -e -o pid= -o comm=
ps -eo pid,comm --no-headers
ps -eo pid,comm --sort -pid
ps -eo pid,rss,comm --sort=-rss,pid
ps -eo pid,vsz,rss --sort vsz
ps -eo pid,min_flt,comm k -min_flt
ps -eo pid,comm,stat O pid
ps -O rss -e
ps -e --sort comm,pid -o comm,pid
ps aux --sort=-rss
ps -efww
ps -e --forest -o pid,ppid,cmd
ps -e --forest -o pid,ppid,comm
ps {first}
ps u {first}
ps -fp {first}
ps -lp {first}
ps p {first} o pid,stat
ps -q {first} -o comm=
ps -o pid,pcpu,cp,c -p {first}
ps -g {first}
ps -s {first}
ps -t pts/0
ps -t nope
ps -o nope
ps -u nobodyknows
ps -p nope
ps --sort nope
ps -z
ps --nope
ps -C
ps aux -o pid
ps -o pid,uss,pss,rss -p {first}
ps -V
ps L""".split("\n")

def read(path):
    try:
        with open(path, "rb") as f: return f.read().decode("latin1")
    except OSError: return None

open("/proc/sys/kernel/pid_max","w").write("32768")
pid, master = pty.fork()
if pid == 0:
    os.execv("./tasks", ["./tasks"])
time.sleep(1)
def process(pid):
    d = f"/proc/{pid}"
    tids = sorted(map(int, os.listdir(d + "/task")))
    files = lambda d: {f: read(f"{d}/{f}") for f in ("stat", "status", "statm", "cmdline", "wchan", "comm")}
    return {**files(d), "tasks": {t: files(f"{d}/task/{t}") for t in tids}}
env = {"PATH": os.environ["PATH"], "HOME": "/root", "LANG": "C.UTF-8", "TZ": "UTC", "COLUMNS": "300"}
outputs = {}

mine = [p for p in sorted(int(p) for p in os.listdir("/proc") if p.isdigit()) if p >= pid]
state = {p: process(p) for p in mine}
for c in COMMANDS:
    c = c.replace("{first}", str(pid))
    uptime = read("/proc/uptime").split()[0]
    p = subprocess.Popen(["sh", "-c", "exec " + c], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/"); o, e = p.communicate()
    outputs[c] = {"self": p.pid, "uptime": uptime, "out": o.decode(), "err": e.decode(), "status": p.returncode}
json.dump({"first": pid, "uptime": read("/proc/uptime"), "stat": read("/proc/stat"), "meminfo": read("/proc/meminfo").split("\n")[0],
  "self": os.getpid(), "processes": state, "outputs": outputs}, sys.stdout, indent=1)
os.write(master, b"\n")
