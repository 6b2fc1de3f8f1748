"""Takes turns with another program: reads "NAME COUNT" lines, runs the case so often, answers with the seconds of each run."""
import json
import resource
import sys
import time


def serve(cases):
    """cases: name -> function without arguments. The line "peak" is answered with the largest resident memory so far, in bytes."""
    print(json.dumps(sorted(cases)), flush=True)
    for line in sys.stdin:
        name, count = line.split()
        if name == "peak":
            print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024]), flush=True)
            continue
        seconds = []
        for _ in range(int(count)):
            began = time.perf_counter()
            cases[name]()
            seconds.append(time.perf_counter() - began)
        print(json.dumps(seconds), flush=True)
