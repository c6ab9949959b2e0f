#!/usr/bin/env python3
"""The solver beside CP-SAT and HiGHS: same instances, same seconds and threads; objective, bound and gap in one table.

  solvers.py SHIFTCAST [--seconds 60] [--threads 2] [--seed 0] [--weeks 30,100] [--nrp 1,5,8,13]
             [--design DataSet1/RandomExample2,...] [--instances FOLDER] [--peers cp-sat,highs]

Weeks of contact centres are generated here (see `week`). Curtois-Qu and shift design files are read from FOLDER/curtois_qu
and FOLDER/shift_design, and skipped with a note where there are none. Every roster, ours and theirs, is costed by
`shiftcast solve KIND INSTANCE --check ROSTER`, which shares no code with any of the solvers; a bound above a costed
roster is reported as an error. Each model is written for a mixed-integer solver and handed to both peers alike:

* weeks: x[agent, day, shift], breaks placed per tier and day by counts with prefix constraints (Bechtold and Jacobs
  1990), handed out to agents afterwards; Curtois-Qu: x[employee, day, shift]; shift design: duties and shifts used,
  coverage as differences between neighbouring slots.
"""
import argparse, csv, json, math, multiprocessing, os, random, re, subprocess, sys, tempfile, time

INFINITY = math.inf


class Model:
    """Columns (low, high, price, whole) and rows (low, high, [(column, factor)]); every number is an integer."""

    def __init__(self):
        self.columns, self.rows, self.constant = [], [], 0

    def var(self, low, high, price=0, whole=True):
        self.columns.append((low, high, price, whole))
        return len(self.columns) - 1

    def row(self, low, high, terms):
        self.rows.append((low, high, list(terms)))


def run_highs(model, seconds, threads, seed):
    import highspy, numpy

    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(model.columns), len(model.rows)
    infinity = highspy.kHighsInf
    clip = lambda v: max(-infinity, min(infinity, v))
    program.col_lower_ = numpy.array([clip(c[0]) for c in model.columns], float)
    program.col_upper_ = numpy.array([clip(c[1]) for c in model.columns], float)
    program.col_cost_ = numpy.array([c[2] for c in model.columns], float)
    program.row_lower_ = numpy.array([clip(r[0]) for r in model.rows], float)
    program.row_upper_ = numpy.array([clip(r[1]) for r in model.rows], float)
    program.offset_ = float(model.constant)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = numpy.cumsum([0] + [len(r[2]) for r in model.rows])
    program.a_matrix_.index_ = numpy.array([i for r in model.rows for i, _ in r[2]])
    program.a_matrix_.value_ = numpy.array([f for r in model.rows for _, f in r[2]], float)
    kinds = highspy.HighsVarType
    program.integrality_ = [kinds.kInteger if c[3] else kinds.kContinuous for c in model.columns]
    solver = highspy.Highs()
    options = {"output_flag": False, "threads": threads, "time_limit": float(seconds), "random_seed": seed, "mip_rel_gap": 1e-6}
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(program)
    solver.run()
    info = solver.getInfo()
    found = info.primal_solution_status == 2
    bound = info.mip_dual_bound
    values = [round(v) for v in solver.getSolution().col_value] if found else None
    return values, bound if bound > -infinity else None


def run_cp_sat(model, seconds, threads, seed):
    from ortools.sat.python import cp_model

    whole = cp_model.CpModel()
    far = 10**7
    columns = [whole.new_int_var(int(max(low, -far)), int(min(high, far)), "") for low, high, _, _ in model.columns]
    for low, high, terms in model.rows:
        total = cp_model.LinearExpr.weighted_sum([columns[i] for i, _ in terms], [f for _, f in terms])
        whole.add_linear_constraint(total, int(max(low, -(10**12))), int(min(high, 10**12)))
    prices = [c[2] for c in model.columns]
    whole.minimize(cp_model.LinearExpr.weighted_sum(columns, prices) + model.constant)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = threads
    solver.parameters.random_seed = seed
    status = solver.solve(whole)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return [solver.value(c) for c in columns] if found else None, solver.best_objective_bound


PEERS = {"cp-sat": run_cp_sat, "highs": run_highs}


def run_peer(peer, *arguments):
    """In a process of its own: the two libraries hold HiGHS in different versions and do not load side by side."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(PEERS[peer], arguments)

# Contact-centre weeks -------------------------------------------------------------------------------------------------


def week(agents, seed):
    """A week of named agents on three tiers, 8:00 to 22:00, quarter-hour requirements at 93 % of their capacity."""
    draw = random.Random(f"solvers {agents} {seed}")
    quarters, opens, closes = 672, 32, 88
    classes = [("P4", 240, 0), ("P6", 360, 2), ("F8", 480, 2), ("F10", 600, 4)]
    windows = {
        "P4": [("pause", 6, 10, 1)],
        "P6": [("pause", 4, 8, 1), ("lunch", 12, 16, 2)],
        "F8": [("first", 4, 8, 1), ("lunch", 12, 18, 2), ("second", 24, 28, 1)],
        "F10": [("first", 4, 8, 1), ("lunch", 16, 22, 4), ("second", 32, 36, 1)],
    }
    shifts = []
    for name, paid, lunch in classes:
        length = paid // 15 + lunch
        for start in range(opens, closes - length + 1, 2):
            breaks = [dict(kind=k, lo=start + a, hi=start + b, len=n) for k, a, b, n in windows[name]]
            shifts.append(dict(id=f"{name}@{start}", len=name, start=start, end=start + length, paid=paid, night=False, breaks=breaks))
    people = []
    for number in range(agents):
        tier = draw.choices([1, 2, 3], [5, 3, 2])[0]
        full = draw.random() < 0.7
        people.append(
            dict(
                id=f"A{number:04d}", tier=tier, contract="FT" if full else "PT", lens=["F8", "F10"] if full else ["P4", "P6"],
                min_paid=2280 if full else 960, max_paid=2400 if full else 1440, max_days=5, max_consec=draw.choice([5, 6]),
                min_rest_q=44, rate_cents_h=[2000, 2400, 3000][tier - 1], no_night=False, prev_consec=draw.choice([0, 0, 1, 2]),
                worked_last_weekend=draw.random() < 0.5, pref_band=draw.choice(["early", "mid", "late", "none"]), holiday=[],
                day_off_req=[draw.randrange(7)] if draw.random() < 0.3 else [], avail=None,
            )
        )
    capacity = sum((a["min_paid"] + a["max_paid"]) / 2 for a in people) / 15 * 0.93
    peak = lambda hour, at, width: math.exp(-0.5 * ((hour - at) / width) ** 2)
    days = [1.15, 1.05, 1.0, 1.0, 0.95, 0.6, 0.5]
    raw = [0.0] * quarters
    for day, level in enumerate(days):
        for q in range(opens, closes):
            hour = q / 4
            raw[day * 96 + q] = level * (0.12 + peak(hour, 10.5, 1.6) + 0.85 * peak(hour, 15.5, 2.0) + 0.35 * peak(hour, 19.5, 1.5))
    scale = capacity * 0.93 / sum(raw)
    share = [0.6, 0.28, 0.12]
    req = [[round(scale * r * s * draw.uniform(0.9, 1.1)) for r in raw] for s in share]
    cost = dict(under_interval=4000, over_interval=200, pref_band_day=300, day_off_req=2500, split_days_off=1500, weekend_again_day=1000)
    queues = [dict(id=f"Q{k + 1}", min_tier=k + 1, req=req[k]) for k in range(3)]
    return dict(name=f"week_{agents}_{seed}", interval_min=15, days=7, queues=queues, shifts=shifts, agents=people, cost=cost)


def band(quarter):
    return "early" if quarter < 40 else "mid" if quarter < 52 else "late"


def week_model(instance):
    model, shifts, cost = Model(), instance["shifts"], instance["cost"]
    horizon, days = 96 * instance["days"], instance["days"]
    work, members = {}, {}
    for number, agent in enumerate(instance["agents"]):
        mine = [k for k, s in enumerate(shifts) if s["len"] in agent["lens"] and not (s["night"] and agent["no_night"])]
        if agent["avail"]:
            mine = [k for k in mine if agent["avail"][0] <= shifts[k]["start"] and shifts[k]["end"] <= agent["avail"][1]]
        by_day = []
        for day in range(days):
            row = {}
            for k in mine if day not in agent["holiday"] else []:
                price = shifts[k]["paid"] * agent["rate_cents_h"] // 60
                price += cost["pref_band_day"] * (agent["pref_band"] not in ("none", band(shifts[k]["start"])))
                price += cost["day_off_req"] * (day in agent["day_off_req"])
                price += cost["weekend_again_day"] * (day >= 5 and agent["worked_last_weekend"])
                row[k] = work[number, day, k] = model.var(0, 1, price)
                members.setdefault((agent["tier"], day, k), []).append((number, row[k]))
            by_day.append(row)
        ones = lambda columns: [(c, 1) for c in columns]
        for row in by_day:
            model.row(0, 1, ones(row.values()))
        everything = [(c, shifts[k]["paid"]) for row in by_day for k, c in row.items()]
        model.row(agent["min_paid"], agent["max_paid"], everything)
        model.row(0, agent["max_days"], [(c, 1) for c, _ in everything])
        run = agent["max_consec"]
        for first in range(days - run):
            model.row(0, run, ones(c for row in by_day[first : first + run + 1] for c in row.values()))
        before = agent["prev_consec"]
        if 0 < before and run - before < days:
            model.row(0, run - before, ones(c for row in by_day[: run - before + 1] for c in row.values()))
        for day in range(days - 1):
            for end in sorted({shifts[k]["end"] for k in by_day[day]}):
                late = [c for k, c in by_day[day].items() if shifts[k]["end"] >= end]
                soon = [c for k, c in by_day[day + 1].items() if shifts[k]["start"] + 96 < end + agent["min_rest_q"]]
                if soon:
                    model.row(0, 1, ones(late + soon))
        if agent["contract"] == "FT":
            split = model.var(0, 1, cost["split_days_off"])
            pairs = []
            for day in range(days - 1):
                pair = model.var(0, 1)
                pairs.append(pair)
                for row in by_day[day : day + 2]:
                    model.row(0, 1, [(pair, 1)] + ones(row.values()))
            model.row(1, INFINITY, ones([split] + pairs))
    present = {tier: [[] for _ in range(horizon)] for tier in (1, 2, 3)}
    windows = {}
    for (tier, day, k), columns in members.items():
        count = model.var(0, len(columns))
        model.row(0, 0, [(c, 1) for _, c in columns] + [(count, -1)])
        for q in range(shifts[k]["start"], shifts[k]["end"]):
            present[tier][(day * 96 + q) % horizon].append((count, 1))
        for pause in shifts[k]["breaks"]:
            windows.setdefault((tier, day, pause["kind"], pause["len"]), []).append((pause["lo"], pause["hi"], count))
    placed = {}
    for (tier, day, kind, length), spans in windows.items():
        first, last = min(s[0] for s in spans), max(s[1] for s in spans)
        at = {q: model.var(0, len(instance["agents"])) for q in range(first, last + 1)}
        placed[tier, day, kind, length] = at
        for q, column in at.items():
            for step in range(length):
                present[tier][(day * 96 + q + step) % horizon].append((column, -1))
        model.row(0, 0, [(c, 1) for c in at.values()] + [(n, -1) for _, _, n in spans])
        for limit in sorted({s[1] for s in spans})[:-1]:
            model.row(0, INFINITY, [(c, 1) for q, c in at.items() if q <= limit] + [(n, -1) for _, hi, n in spans if hi <= limit])
        for limit in sorted({s[0] for s in spans})[1:]:
            model.row(0, INFINITY, [(c, 1) for q, c in at.items() if q >= limit] + [(n, -1) for lo, _, n in spans if lo >= limit])
    for t in range(horizon):
        need = [queue["req"][t] for queue in instance["queues"]]
        if not sum(need) and not any(present[tier][t] for tier in present):
            continue
        short = model.var(0, sum(need), cost["under_interval"])
        spare = model.var(0, len(instance["agents"]), cost["over_interval"])
        model.row(sum(need), sum(need), present[1][t] + present[2][t] + present[3][t] + [(short, 1), (spare, -1)])
        model.row(need[1] + need[2], INFINITY, present[2][t] + present[3][t] + [(short, 1)])
        model.row(need[2], INFINITY, present[3][t] + [(short, 1)])

    def roster(values):
        lines = [["agent", "day", "shift", "break_starts"]]
        breaks = {}
        for (tier, day, kind, length), at in placed.items():
            starts = sorted(q for q, c in at.items() for _ in range(values[c]))
            holders = []
            for (mine, its_day, k), columns in members.items():
                if (mine, its_day) == (tier, day):
                    spans = [b for b in shifts[k]["breaks"] if (b["kind"], b["len"]) == (kind, length)]
                    holders += [(b["hi"], b["lo"], number, k, b) for b in spans for number, c in columns if values[c]]
            # Earliest deadline first: a window closes before the breaks it could still take run out
            for q in starts:
                ready = sorted((h[0], h[1], h[2], h[3]) for h in holders if h[1] <= q)
                hi, lo, number, k = ready[0]
                holders = [h for h in holders if (h[2], h[3]) != (number, k)]
                breaks[number, day, k, kind] = q
        for (number, day, k), column in sorted(work.items()):
            if values[column]:
                taken = [str(breaks[number, day, k, b["kind"]]) for b in shifts[k]["breaks"]]
                lines.append([instance["agents"][number]["id"], day, shifts[k]["id"], ";".join(taken)])
        return lines

    return model, roster


# Curtois and Qu ---------------------------------------------------------------------------------------------------------


def sections(path):
    found, current = {}, None
    for line in open(path):
        line = line.strip()
        if line.startswith("SECTION_"):
            current = found.setdefault(line[8:], [])
        elif line and not line.startswith("#"):
            current.append([cell.strip() for cell in line.split(",")])
    return found


def nrp_model(path):
    data, model = sections(path), Model()
    days = int(data["HORIZON"][0][0])
    minutes = {row[0]: int(row[1]) for row in data["SHIFTS"]}
    barred = {row[0]: [s for s in row[2].split("|") if s] if len(row) > 2 else [] for row in data["SHIFTS"]}
    wish = {}
    for name, sign in (("SHIFT_ON_REQUESTS", -1), ("SHIFT_OFF_REQUESTS", 1)):
        for person, day, shift, weight in data.get(name, []):
            key = (person, int(day), shift)
            wish[key] = wish.get(key, 0) + sign * int(weight)
            model.constant += int(weight) if sign < 0 else 0
    off = {row[0]: {int(day) for day in row[1:] if day} for row in data.get("DAYS_OFF", [])}
    x = {}
    for person, maxima, most, least, longest, shortest, rest, weekends in (row[:8] for row in data["STAFF"]):
        limit = dict(part.split("=") for part in maxima.split("|") if part)
        most, least, longest, shortest, rest, weekends = map(int, (most, least, longest, shortest, rest, weekends))
        day_of = []
        for day in range(days):
            row = {}
            for shift in minutes:
                if day not in off.get(person, ()) and int(limit.get(shift, days)) > 0:
                    row[shift] = x[person, day, shift] = model.var(0, 1, wish.get((person, day, shift), 0))
            model.row(0, 1, [(c, 1) for c in row.values()])
            day_of.append(row)
        ones = lambda chosen, factor=1: [(c, factor) for day in chosen for c in day_of[day].values()]
        for shift in minutes:
            columns = [(row[shift], 1) for row in day_of if shift in row]
            model.row(0, int(limit.get(shift, days)), columns)
        model.row(least, most, [(c, minutes[s]) for row in day_of for s, c in row.items()])
        for day in range(days - 1):
            for shift, column in day_of[day].items():
                after = [(day_of[day + 1][s], 1) for s in barred[shift] if s in day_of[day + 1]]
                if after:
                    # Pairwise by row: at most one shift a day makes the sum at most one
                    model.row(0, 1, [(column, 1)] + after)
        for first in range(days - longest):
            model.row(0, longest, ones(range(first, first + longest + 1)))
        for day in range(days - 1):
            for length in range(2, shortest + 1):
                if day + length < days:
                    model.row(0, INFINITY, ones([day, day + length]) + ones([day + 1], -1))
            for length in range(2, rest + 1):
                if day + length < days:
                    model.row(-INFINITY, 1, ones([day, day + length]) + ones([day + 1], -1))
        worked = []
        for saturday in range(5, days, 7):
            column = model.var(0, 1)
            worked.append((column, 1))
            for day in (saturday, saturday + 1):
                model.row(0, INFINITY, [(column, 1)] + ones([day], -1))
        model.row(0, weekends, worked)
    people = len(data["STAFF"])
    for day, shift, wanted, under, over in data["COVER"]:
        day, wanted = int(day), int(wanted)
        short, spare = model.var(0, wanted, int(under)), model.var(0, people, int(over))
        columns = [(c, 1) for (_, d, s), c in x.items() if (d, s) == (day, shift)]
        model.row(wanted, wanted, columns + [(short, 1), (spare, -1)])
    roster = lambda values: [["employee", "day", "shift"]] + [list(key) for key, c in x.items() if values[c]]
    return model, roster


# Shift design -----------------------------------------------------------------------------------------------------------


def design_model(path):
    data, model = {}, Model()
    for name, value in re.findall(r"(\w+)\s*=\s*([^;]+);", open(path).read()):
        value = value.strip()
        data[name] = [int(v) for v in value[1:-1].split(",")] if value[0] == "[" else float(value)
    minutes, days, demand = int(data["interval"]), int(data["days"]), data["demand"]
    slots, horizon = 1440 // minutes, len(demand)
    ranges = zip(data["minStart"], data["maxStart"], data["minLength"], data["maxLength"])
    shifts = sorted({(s, n) for a, b, c, d in ranges for s in range(a, b + 1) for n in range(c, d + 1)})
    over = [model.var(0, sum(demand), minutes * int(data["weightOverCover"])) for _ in range(horizon)]
    under = [model.var(0, people, minutes * int(data["weightUnderCover"])) for people in demand]
    starts, ends, first = [[] for _ in range(horizon)], [[] for _ in range(horizon)], []
    x = {}
    for start, length in shifts:
        used = model.var(0, 1, int(data["weightShiftInstances"]))
        for day in range(days):
            covered = [(day * slots + start + step) % horizon for step in range(length)]
            most = max(demand[t] for t in covered)
            column = x[start, length, day] = model.var(0, most)
            model.row(0, INFINITY, [(used, most), (column, -1)])
            starts[covered[0]].append((column, 1))
            ends[(covered[-1] + 1) % horizon].append((column, -1))
            if 0 in covered:
                first.append((column, 1))
    model.row(demand[0], demand[0], first + [(under[0], 1), (over[0], -1)])
    for t in range(1, horizon):
        change = demand[t] - demand[t - 1]
        model.row(change, change, starts[t] + ends[t] + [(under[t], 1), (under[t - 1], -1), (over[t], -1), (over[t - 1], 1)])

    def roster(values):
        clock = lambda slot: f"{slot * minutes // 60 % 24:02d}:{slot * minutes % 60:02d}"
        rows = [["start", "length_minutes", "day", "count"]]
        rows += [[clock(s), n * minutes, day, values[c]] for (s, n, day), c in x.items() if values[c]]
        return rows

    return model, roster


# The contest ------------------------------------------------------------------------------------------------------------


def command(arguments):
    return subprocess.run([str(a) for a in arguments], capture_output=True, text=True)


class Contest:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        print("| instance | solver | objective | bound | gap | seconds |\n|---|---|---|---|---|---|")

    def row(self, name, solver, objective, bound, seconds):
        if objective is not None and bound is not None and bound > objective + 1e-6 * abs(objective) + 1e-6:
            sys.exit(f"{name}: {solver} claims a bound of {bound} above the {objective} of its own roster")
        gap = "" if objective is None or bound is None else f"{100 * (objective - bound) / max(abs(objective), 1):.2f} %"
        shown = lambda value, digits=0: "none" if value is None else f"{value:,.{digits}f}"
        print(f"| {name} | {solver} | {shown(objective)} | {shown(bound, 1)} | {gap} | {seconds:.1f} |", flush=True)

    def costed(self, kind, instance, roster):
        judged = command([self.options.shiftcast, "solve", kind, instance, "--check", roster, "--format", "json"])
        if judged.returncode == 3:
            return None, judged.stderr.strip()
        if judged.returncode:
            sys.exit(f"{instance}: the roster cannot be judged\n{judged.stderr}")
        return json.loads(judged.stdout)["objective"], None

    def run(self, name, kind, instance, build):
        options, roster = self.options, os.path.join(self.folder, "roster.csv")
        limits = ["--time-limit", options.seconds, "--threads", options.threads, "--seed", options.seed]
        ours = command([options.shiftcast, "solve", kind, instance, *limits, "-o", roster, "--format", "json"])
        if ours.returncode:
            sys.exit(ours.stderr)
        answer = json.loads(ours.stdout)
        objective, broken = self.costed(kind, instance, roster)
        if broken or objective != answer["objective"]:
            sys.exit(f"{name}: our own roster costs {objective}, not {answer['objective']}: {broken}")
        self.row(name, "shiftcast", objective, answer["lower_bound"], answer["seconds"])
        for peer in options.peers:
            model, read = build()
            began = time.monotonic()
            values, bound = run_peer(peer, model, options.seconds, options.threads, options.seed)
            seconds, objective = time.monotonic() - began, None
            if values:
                with open(roster, "w", newline="") as out:
                    csv.writer(out).writerows(read(values))
                objective, broken = self.costed(kind, instance, roster)
                if broken:
                    print(f"{name}: {peer} breaks rules\n{broken}", file=sys.stderr)
            self.row(name, peer, objective, bound, seconds)


def main():
    listed = lambda text: [part for part in text.split(",") if part]
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("shiftcast")
    reader.add_argument("--seconds", type=float, default=60.0)
    reader.add_argument("--threads", type=int, default=2)
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument("--weeks", type=listed, default=["30", "100"])
    reader.add_argument("--nrp", type=listed, default=["1", "5", "8", "13"])
    designs = "DataSet1/RandomExample2,DataSet1/RandomExample4,DataSet3/RandomExample21"
    reader.add_argument("--design", type=listed, default=listed(designs))
    reader.add_argument("--instances", default="")
    reader.add_argument("--peers", type=listed, default=list(PEERS))
    options = reader.parse_args()
    missing = []
    with tempfile.TemporaryDirectory() as folder:
        contest = Contest(options, folder)
        for agents in options.weeks:
            instance = week(int(agents), 1)
            path = os.path.join(folder, f"week_{agents}.json")
            with open(path, "w") as out:
                json.dump(instance, out)
            contest.run(f"week {agents}", "week", path, lambda: week_model(instance))
        files = [(f"Curtois-Qu {n}", "nrp", f"curtois_qu/Instance{n}.txt", nrp_model) for n in options.nrp]
        files += [(f"design {n}", "design", f"shift_design/{n}.dzn", design_model) for n in options.design]
        for name, kind, place, build in files:
            path = os.path.join(options.instances, place)
            if options.instances and os.path.exists(path):
                contest.run(name, kind, path, lambda: build(path))
            else:
                missing.append(place)
    if missing:
        where = options.instances or "no folder; give one by --instances (make: INSTANCES=...)"
        print(f"skipped, not in {where}: {', '.join(missing)}", file=sys.stderr)


if __name__ == "__main__":
    main()
