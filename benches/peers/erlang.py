#!/usr/bin/env python3
"""Least agents by Erlang C, shiftcast beside pyworkforce on the same rows in one run, as a Markdown table.

  erlang.py SHIFTCAST [--seconds 10]

80 % within 20 s, 180 s of handling, at 100 and at 10,000 erlang; every row has another volume. One thread each, processor
seconds (user and system), so that other work on the machine does not count.
shiftcast: the command `erlang required --batch` with `--threads 1`, reading and writing the file included, less the time of
the same command on one row (the start of the process). pyworkforce: `ErlangC(...).required_positions(...)` alone, imports
and reading excluded, on every tenth row of the same file, as many as fit into the seconds. Their answers must agree.
"""
import argparse, csv, os, resource, subprocess, tempfile, time

AHT, WITHIN, INTERVAL, SHARE = 180, 20, 1800, 0.8
SIZES = {100: 200_000, 10_000: 200_000}


def spent(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def shiftcast(program, folder, volumes):
    source, answers = os.path.join(folder, "in.csv"), os.path.join(folder, "out.csv")
    with open(source, "w") as file:
        file.write("model,volume,interval_s,aht_s,sl_target,t_s\n")
        file.writelines(f"erlang_c,{volume!r},{INTERVAL},{AHT},{SHARE},{WITHIN}\n" for volume in volumes)
    begun = spent(resource.RUSAGE_CHILDREN)
    subprocess.run([program, "--threads", "1", "erlang", "required", "--batch", source, "-o", answers], check=True)
    seconds = spent(resource.RUSAGE_CHILDREN) - begun
    with open(answers) as file:
        return [int(row["n_min"]) for row in csv.DictReader(file)], seconds


def pyworkforce(volumes, limit):
    from pyworkforce.queuing import ErlangC
    found, begun = [], time.process_time()
    for volume in volumes:
        queue = ErlangC(transactions=volume, aht=AHT / 60, asa=WITHIN / 60, interval=INTERVAL / 60)
        found.append(queue.required_positions(service_level=SHARE)["raw_positions"])
        if time.process_time() - begun > limit: break
    return found, time.process_time() - begun


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    print("| offered load | program | rows | answers/s | ratio |")
    print("|---|---|---|---|---|")
    for load, rows in SIZES.items():
        # In no order, so that the first rows stand for all.
        volumes = [load * INTERVAL / AHT * (1 + 0.1 * (row * 0.6180339887 % 1)) for row in range(rows)]
        with tempfile.TemporaryDirectory() as folder:
            shiftcast(program, folder, volumes[:1])
            start = min(shiftcast(program, folder, volumes[:1])[1] for _ in range(3))
            ours, seconds = shiftcast(program, folder, volumes)
        theirs, their_seconds = pyworkforce(volumes[::10], options.seconds)
        same = ours[::10][: len(theirs)]
        assert same == theirs, f"answers differ at {load} erlang: {[pair for pair in zip(same, theirs) if pair[0] != pair[1]][:5]}"
        rate, their_rate = rows / (seconds - start), len(theirs) / their_seconds
        print(f"| {load:,} erlang | shiftcast | {rows:,} | {rate:,.0f} | {rate / their_rate:,.0f} |")
        print(f"| {load:,} erlang | pyworkforce | {len(theirs):,} | {their_rate:,.0f} | 1 |", flush=True)


if __name__ == "__main__":
    main()
