# Runs the reference's own watchdog loop as many ticks as it is told: a number on stdin is so many, and when they
# are over, the number of processes it has begun since its start goes to stdout. The first tick is nobody's wish.
import importlib.util
import subprocess
import sys
import time

path, config = sys.argv[1:]
sys.dont_write_bytecode = True
spec = importlib.util.spec_from_file_location("reference", path)
reference = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reference)
begun, begin, pause, left = 0, subprocess.Popen.__init__, time.sleep, 1


def counted(self, *args, **named):
    global begun
    begun += 1
    return begin(self, *args, **named)


def between(seconds):
    global left
    if sys._getframe(1).f_code.co_name != "watchdog_loop":
        return pause(seconds)
    left -= 1
    if left > 0:
        return pause(seconds)
    print(begun, flush=True)
    told = sys.stdin.readline()
    if not told:
        raise SystemExit(0)
    left = int(told)


subprocess.Popen.__init__ = counted
reference.time.sleep = between
reference.log = lambda message: None
reference.watchdog_loop(config)
