"""NumPy's process in `compare SUBJECT`: answers every line that it reads with one line (PeerServer.cs tells the protocol).

The subject's module has prepare(row, set_threads), which gives an object with run(calls), results(), dtype and tolerance.
"""
import ctypes
import gc
import importlib
import json
import sys
import time

SHORTEST_BATCH = 50e-6


def openblas():
    """The OpenBLAS that NumPy has loaded."""
    with open("/proc/self/maps") as maps:
        paths = {line.split()[-1] for line in maps if "openblas" in line}
    if not paths:
        raise RuntimeError("does not multiply with OpenBLAS")
    library = ctypes.CDLL(sorted(paths, key=len)[-1])
    library.openblas_get_config.restype = ctypes.c_char_p
    library.openblas_get_corename.restype = ctypes.c_char_p
    return library


def best(run, slice_seconds, calls):
    """Computes for a slice of time, at least once: the seconds of one call in the fastest batch, and the calls of the next batch."""
    fastest = float("inf")
    start = time.perf_counter()
    while True:
        batch_start = time.perf_counter()
        run(calls)
        end = time.perf_counter()
        fastest = min(fastest, (end - batch_start) / calls)
        if end - batch_start < SHORTEST_BATCH:
            calls *= 2
        if end - start >= slice_seconds:
            return fastest, calls


def check(row, path):
    """Throws unless the results are VecNet's, which the file holds one array after another (PeerServer.cs)."""
    results = [part.ravel() for part in row.results()]
    expected = numpy.fromfile(path, row.dtype)
    if sum(part.size for part in results) != expected.size:
        raise ValueError(f"the result has {sum(part.size for part in results)} numbers instead of {expected.size}")
    for number, part in enumerate(results):
        own, expected = expected[: part.size], expected[part.size :]
        if not numpy.all(numpy.abs(part - own) <= row.tolerance * numpy.abs(own).max()):
            raise ValueError(f"part {number} of the result is not VecNet's: {part[0]} instead of {own[0]}")


def serve():
    try:
        global numpy
        import numpy

        library = openblas()
        subject = importlib.import_module(sys.argv[1])
    except Exception as problem:
        say(f"absent {reason(problem)}")
        return 1
    version = library.openblas_get_config().decode().split()[1]
    say(f"hello {numpy.__version__} with OpenBLAS {version} {library.openblas_get_corename().decode()}")
    gc.disable()
    row, calls = None, 1
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        try:
            if word == "prepare":
                row, calls = None, 1
                row = subject.prepare(json.loads(rest), library.openblas_set_num_threads)
                gc.collect()
                say("ready")
            elif word == "check":
                check(row, rest)
                say("right")
            elif word == "run":
                seconds, calls = best(row.run, float(rest) / 1000, calls)
                say(f"best {seconds!r}")
            else:
                raise ValueError(f"There is no command '{word}'.")
        except Exception as problem:
            say(f"failed {reason(problem)}")
    return 0


def say(line):
    print(line, flush=True)


def reason(problem):
    return str(problem).strip().split("\n")[0] or type(problem).__name__


if __name__ == "__main__":
    sys.exit(serve())
