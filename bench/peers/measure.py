"""
Runs a program and writes the time, processor time and peak memory that it used: measure.py RESULT PROGRAM ARGUMENT...

The figures are those of wait4(2): of the program alone, and of the processes that it started and waited for. Linux begins the peak
memory of a process with that of its parent, so the parent is this small script (10 MB), and not the benchmark.
"""

import json
import os
import subprocess
import sys
import time

started = time.monotonic()
process = subprocess.Popen(sys.argv[2:])
_, status, usage = os.wait4(process.pid, 0)
wall = time.monotonic() - started
peak = usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
with open(sys.argv[1], "w", encoding="utf-8") as result:
    json.dump(
        {
            "exitCode": os.waitstatus_to_exitcode(status),
            "wallMs": wall * 1000,
            "cpuMs": (usage.ru_utime + usage.ru_stime) * 1000,
            "peakBytes": peak,
        },
        result,
    )
