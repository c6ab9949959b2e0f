#!/usr/bin/env python3
"""Time and memory of a forecast of many queues: writes a year of half-hours for each and runs the program on it.

  scale_forecast.py SHIFTCAST QUEUES [--days 28] [--threads 2]

Counts are Poisson about a weekly course with day-level noise, by a fixed seed. Standard library only; peak memory is the
child's, as the system reports it.
"""
import argparse, datetime as dt, math, os, random, resource, subprocess, tempfile, time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("program")
parser.add_argument("queues", type=int)
parser.add_argument("--days", type=int, default=28)
parser.add_argument("--threads", type=int, default=2)
options = parser.parse_args()

START, DAYS, SLOTS = dt.date(2023, 1, 2), 365, 48
WEEKDAY = [1.3, 1.1, 1.0, .95, 1.0, .5, .35]
course = [.05 + math.sin(math.pi * slot / SLOTS) ** 2 for slot in range(SLOTS)]
stamps = [[f"{START + dt.timedelta(days=day)} {slot // 2:02d}:{slot % 2 * 30:02d}:00" for slot in range(SLOTS)] for day in range(DAYS)]

def count(mean, rng):
    """A Poisson count: Knuth's product for small means, the rounded normal for large ones."""
    if mean > 20: return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    events, product, limit = 0, rng.random(), math.exp(-mean)
    while product > limit: events, product = events + 1, product * rng.random()
    return events

def write(path):
    with open(path, "w") as file:
        file.write("timestamp,queue,offered\n")
        for q in range(options.queues):
            rng = random.Random(q)
            size = math.exp(rng.uniform(0, 4))
            for day in range(DAYS):
                level = size * WEEKDAY[day % 7] * math.exp(rng.gauss(0, .08))
                file.writelines(f"{stamps[day][slot]},q{q:04d},{count(level * course[slot], rng)}\n" for slot in range(SLOTS))

with tempfile.TemporaryDirectory() as folder:
    history, out = os.path.join(folder, "history.csv"), os.path.join(folder, "forecast.csv")
    write(history)
    begun = time.perf_counter()
    subprocess.run([options.program, "--threads", str(options.threads), "forecast", "--history", history, "--start",
                    str(START + dt.timedelta(days=DAYS)), "--days", str(options.days), "-o", out], check=True)
    seconds = time.perf_counter() - begun
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = sum(1 for _ in open(out)) - 1
    print(f"{options.queues} queues, {rows} rows forecast: {seconds:.1f} s, {usage.ru_utime + usage.ru_stime:.1f} CPU s, "
          f"{1e3 * (usage.ru_utime + usage.ru_stime) / options.queues:.0f} CPU ms a queue, peak {usage.ru_maxrss / 1024:.0f} MiB, "
          f"history {os.path.getsize(history) / 1e6:.0f} MB")
