#!/usr/bin/env python3
"""Quality of rosters and shift designs over several seeds and time limits, verified by independent checkers; Markdown.

  rostering.py SHIFTCAST SHARED [--limits 60,600] [--seeds 0,1,2,3,4] [--nrp 1,2,3] [--week 30,100@24x7,300/2]
               [--design DataSet1/RandomExample2,...|all] [--threads N] [--runs]

SHIFTCAST is the program, SHARED the folder with check/ and data/. A week is `agents[@hours][/instance seed]`. The first
table has the median and the worst of the seeds per instance and limit: objective, gap, seconds, peak memory; --runs adds a
table with a line a run. A roster that breaks a rule, or costs other than the solver says, ends the run. Standard library
only; Unix (peak memory is what the system counts for the child).
"""
import argparse, csv, datetime, json, os, platform, re, statistics, subprocess, sys, tempfile, time


def listed(text):
    return [part for part in text.split(",") if part]


reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
reader.add_argument("program", type=os.path.abspath)
reader.add_argument("shared")
reader.add_argument("--limits", type=listed, default=["60"])
reader.add_argument("--seeds", type=listed, default=["0"])
reader.add_argument("--threads")
reader.add_argument("--runs", action="store_true")
for kind in ("nrp", "week", "design"):
    reader.add_argument(f"--{kind}", type=listed, default=[])
options = reader.parse_args()
data = os.path.join(options.shared, "data", "rostering")
with open(f"{data}/curtois_qu/best_known.csv") as table:
    best_known = {row["instance"]: row["bks_wssuite"] for row in csv.DictReader(table)}


def design_cost(path, design):
    """Objective of a shift design, counted from the two files alone; an error where a shift is not allowed."""
    values = {}
    for name, value in re.findall(r"(\w+)\s*=\s*([^;]+);", open(path).read()):
        value = value.strip()
        values[name] = [int(v) for v in value[1:-1].split(",")] if value[0] == "[" else float(value)
    minutes, demand = int(values["interval"]), values["demand"]
    slots, present, distinct = 1440 // minutes, [0] * len(demand), set()
    kinds = list(zip(values["minStart"], values["maxStart"], values["minLength"], values["maxLength"]))
    for row in csv.DictReader(open(design)):
        hour, minute = map(int, row["start"].split(":"))
        start, length = (60 * hour + minute) // minutes, int(row["length_minutes"]) // minutes
        assert any(a <= start <= b and c <= length <= d for a, b, c, d in kinds), row
        distinct.add((start, length))
        for step in range(length):
            present[(int(row["day"]) * slots + start + step) % len(demand)] += int(row["count"])
    missing = [wished - there for wished, there in zip(demand, present)]
    under, over = sum(m for m in missing if m > 0), -sum(m for m in missing if m < 0)
    staffing = minutes * (values["weightUnderCover"] * under + values["weightOverCover"] * over)
    return round(staffing + values["weightShiftInstances"] * len(distinct))


def checked_cost(kind, instance, roster):
    if kind == "design":
        return design_cost(instance, roster)
    checker = {"nrp": "nrp_check.py", "week": "week_check.py"}[kind]
    command = [sys.executable, f"{options.shared}/check/{checker}", instance, roster, "--json"]
    check = subprocess.run(command, capture_output=True, text=True)
    verdict = json.loads(check.stdout)
    assert check.returncode == 0, (instance, verdict)
    return verdict.get("objective", verdict.get("cost", {}).get("total"))


def solve(kind, instance, limit, seed, folder):
    """The program's answer, with seconds of wall time, seconds of processor time and peak memory in MiB."""
    roster, answer_file = os.path.join(folder, "roster.csv"), os.path.join(folder, "answer.json")
    command = [options.program, "solve", kind, instance, "--time-limit", limit, "--seed", seed, "-o", roster, "--format", "json"]
    command += ["--threads", options.threads] if options.threads else []
    with open(answer_file, "w") as out:
        began = time.monotonic()
        child = subprocess.Popen(command, stdout=out)
        _, state, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(state)
        wall = time.monotonic() - began
    assert child.returncode == 0, (command, child.returncode)
    with open(answer_file) as text:
        answer = json.load(text)
    cost = checked_cost(kind, instance, roster)
    assert cost == answer["objective"], (instance, cost, answer)
    assert answer["lower_bound"] <= cost * (1 + 1e-9) + 1e-6, (instance, answer)
    scale = 1024 if platform.system() == "Linux" else 1024 * 1024
    return dict(answer, wall=wall, cpu=usage.ru_utime + usage.ru_stime, mib=usage.ru_maxrss / scale)


def instance_of(kind, name, folder):
    if kind == "nrp":
        return f"{data}/curtois_qu/Instance{name}.txt"
    if kind == "design":
        return f"{data}/shift_design/{name}.dzn"
    rest, _, number = name.partition("/")
    agents, _, hours = rest.partition("@")
    command = [sys.executable, f"{options.shared}/check/week_generate.py", agents, number or "1"]
    command += ["--hours", hours] if hours else []
    path = os.path.join(folder, "week.json")
    with open(path, "w") as out:
        subprocess.run(command, stdout=out, check=True)
    return path


def all_designs():
    root = f"{data}/shift_design"
    found = [os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names if name.endswith(".dzn")]
    return sorted(os.path.relpath(path, root)[:-4] for path in found)


def pair(values, digits=0, unit=""):
    return f"{statistics.median(values):,.{digits}f}{unit} | {max(values):,.{digits}f}{unit}"


def main():
    designs = all_designs() if options.design == ["all"] else options.design
    wished = [("nrp", n) for n in options.nrp] + [("week", n) for n in options.week] + [("design", n) for n in designs]
    load = os.getloadavg()[0]
    print(f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, load {load:.1f} at the start, seeds {', '.join(options.seeds)}\n")
    print("| instance | limit, s | objective: median | worst | bound: median | gap: median | worst | seconds: median | CPU s | peak MiB | best known |")
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for kind, name in wished:
            instance = instance_of(kind, name, folder)
            for limit in options.limits:
                runs = []
                for seed in options.seeds:
                    run = solve(kind, instance, limit, seed, folder)
                    runs.append(run)
                    lines.append(
                        f"| {kind} {name} | {limit} | {seed} | {run['objective']:,} | {run['lower_bound']:,.0f} | "
                        f"{100 * run['gap']:.2f} % | {run['wall']:.1f} | {run['stop_reason']} |"
                    )
                of = lambda key: [run[key] for run in runs]
                known = best_known.get(name, "") if kind == "nrp" else ""
                print(
                    f"| {kind} {name} | {limit} | {pair(of('objective'))} | {statistics.median(of('lower_bound')):,.0f} | "
                    f"{pair([100 * gap for gap in of('gap')], 2, ' %')} | {statistics.median(of('wall')):.1f} | "
                    f"{statistics.median(of('cpu')):.0f} | {max(of('mib')):.0f} | {known} |",
                    flush=True,
                )
    if options.runs:
        print("\n| instance | limit, s | seed | objective | bound | gap | seconds | stopped by |\n|---|---|---|---|---|---|---|---|")
        print("\n".join(lines))


if __name__ == "__main__":
    main()
