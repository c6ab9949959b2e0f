#!/usr/bin/env python3
"""Quality of rosters: solves public instances, has the independent checkers verify them, prints a Markdown table.

  rostering.py SHIFTCAST SHARED SECONDS [SEED ...] [--nrp 1,2,3] [--week 30,100]

SHIFTCAST is the program, SHARED the folder with check/ and data/. Standard library only.
"""
import csv, json, os, subprocess, sys, tempfile

args = sys.argv[1:]
def option(name):
    if name not in args: return []
    at = args.index(name); values = args[at + 1].split(","); del args[at:at + 2]; return values
nrp, weeks = option("--nrp"), option("--week")
program, shared, seconds = os.path.abspath(args[0]), args[1], args[2]
seeds = args[3:] or ["0"]
best = {row["instance"]: row["bks_wssuite"] for row in csv.DictReader(open(f"{shared}/data/rostering/curtois_qu/best_known.csv"))}

def solve(kind, instance, checker, seed, folder):
    roster = os.path.join(folder, "roster.csv")
    run = subprocess.run([program, "solve", kind, instance, "--time-limit", seconds, "--seed", seed, "-o", roster, "--format", "json"],
                         capture_output=True, text=True, check=True)
    answer = json.loads(run.stdout)
    check = subprocess.run([sys.executable, f"{shared}/check/{checker}", instance, roster, "--json"], capture_output=True, text=True)
    verdict = json.loads(check.stdout)
    total = verdict.get("objective", verdict.get("cost", {}).get("total"))
    assert check.returncode == 0 and total == answer["objective"], (instance, verdict, answer)
    return answer

print("| instance | seed | objective | bound | gap | s | stopped by | best known |\n|---|---|---|---|---|---|---|---|")
with tempfile.TemporaryDirectory() as folder:
    for seed in seeds:
        for kind, name in [("nrp", n) for n in nrp] + [("week", n) for n in weeks]:
            if kind == "nrp":
                instance, checker = f"{shared}/data/rostering/curtois_qu/Instance{name}.txt", "nrp_check.py"
            else:
                instance, checker = os.path.join(folder, f"week{name}.json"), "week_check.py"
                agents, *rest = name.split("@")
                hours = ["--hours", rest[0]] if rest else []
                text = subprocess.run([sys.executable, f"{shared}/check/week_generate.py", agents, "1", *hours], capture_output=True, text=True, check=True)
                open(instance, "w").write(text.stdout)
            a = solve(kind, instance, checker, seed, folder)
            print(f"| {kind} {name} | {seed} | {a['objective']:,} | {a['lower_bound']:,.0f} | {100 * a['gap']:.2f} % | {a['seconds']:.0f} | "
                  f"{a['stop_reason']} | {best.get(name, '') if kind == 'nrp' else ''} |", flush=True)
