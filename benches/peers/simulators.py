#!/usr/bin/env python3
"""shiftcast beside SimPy and Ciw on one queueing model in one run: contacts a second and the measures, as Markdown tables.

  simulators.py SHIFTCAST MODEL.json ... [--contacts 20000] [--replications 10] [--longer 50]

Every simulator runs the same independent replications of `contacts` contacts after a tenth as much warm-up; shiftcast's
are `longer` times as long, or its run would be over before it can be timed. Seconds are those of simulating alone, by the
clock of the process, on one thread; shiftcast's are of the whole command less those of a command with next to no contacts.
SimPy and Ciw know Python's and NumPy's distributions; routing by skills is written for SimPy here, Ciw takes models of one
group of agents. Half-widths are 95 %, by Student's t over the replications.
"""
import argparse, csv, io, json, os, random, statistics, subprocess, tempfile, time
from collections import deque

METRICS = ["p_wait", "p_abandon", "sl_served_all", "asa_s", "occupancy"]
STUDENT = {4: 2.776, 9: 2.262, 14: 2.145, 19: 2.093, 29: 2.045}


class Books:
    """Counts of one replication, over the contacts that come after the warm-up."""

    def __init__(self):
        self.contacts = self.waited = self.abandoned = self.in_time = 0
        self.wait = self.busy = 0.0

    def measures(self, agents, seconds):
        n = max(self.contacts, 1)
        return [self.waited / n, self.abandoned / n, self.in_time / n, self.wait / n, self.busy / (agents * seconds)]


def simpy_run(model, span, seed):
    """One replication in SimPy: a process a contact, an event for its answer, a timeout for its patience."""
    import simpy
    env, rng, books = simpy.Environment(), random.Random(seed), Books()
    start, end = span
    types = {kind["id"]: kind for kind in model["contact_types"]}
    serves = {group["id"]: group["serves"] for group in model["groups"]}
    idle = {group["id"]: group["agents"] for group in model["groups"]}
    lines = {name: deque() for name in types}

    def next_waiting(group):
        for name in serves[group] if model["queue_discipline"] == "priority" else [None]:
            while True:
                names = [name] if name else [own for own in serves[group] if lines[own]]
                names = [own for own in names if lines[own]]
                if not names: break
                own = min(names, key=lambda own: lines[own][0][0])
                answer = lines[own].popleft()[1]
                if not answer.triggered: return answer
        return None

    def serve(kind, group, came):
        now, work = env.now, rng.expovariate(1 / kind["handle_seconds"][group])
        books.busy += max(0.0, min(now + work, end) - max(now, start))
        yield env.timeout(work)
        waiting = next_waiting(group)
        if waiting: waiting.succeed(group)
        else: idle[group] += 1

    def contact(kind):
        came, group = env.now, None
        for level in kind["route"]:
            free = [name for name in level if idle[name]]
            if free:
                group = max(free, key=lambda name: idle[name]) if model["idle_choice"] == "most_idle_agents" else free[0]
                idle[group] -= 1
                break
        if group is None:
            answer = env.event()
            lines[kind["id"]].append((came, answer))
            if kind["patience_seconds"] is None: yield answer
            else: yield answer | env.timeout(rng.expovariate(1 / kind["patience_seconds"]))
            if answer.triggered: group = answer.value
            else: answer.succeed(None)
        if came >= start:
            wait = env.now - came
            books.contacts += 1
            books.waited += wait > 0
            books.wait += wait
            books.abandoned += group is None
            books.in_time += group is not None and wait <= kind["service_level_seconds"]
        if group is not None: yield from serve(kind, group, came)

    def arrivals(kind):
        while True:
            yield env.timeout(rng.expovariate(kind["arrivals_per_hour"] / 3600))
            env.process(contact(kind))

    for kind in types.values():
        if kind["arrivals_per_hour"] > 0: env.process(arrivals(kind))
    env.run(until=end)
    return books.measures(sum(group["agents"] for group in model["groups"]), end - start)


def ciw_run(model, span, seed):
    """One replication in Ciw; its records tell what happened to each contact."""
    import ciw
    (kind,), (group,) = model["contact_types"], model["groups"]
    start, end = span
    patience = kind["patience_seconds"]
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(kind["arrivals_per_hour"] / 3600)],
        service_distributions=[ciw.dists.Exponential(1 / kind["handle_seconds"][group["id"]])],
        number_of_servers=[group["agents"]],
        **({} if patience is None else {"reneging_time_distributions": [ciw.dists.Exponential(1 / patience)]}))
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    # A record is written when a contact ends: those who come after the end let the earlier ones finish.
    simulation.simulate_until_max_time(end + 20 * kind["handle_seconds"][group["id"]])
    books = Books()
    for record in simulation.get_all_records(only=["service", "renege"]):
        served = record.record_type == "service"
        if served: books.busy += max(0.0, min(record.service_end_date, end) - max(record.service_start_date, start))
        if not start <= record.arrival_date < end: continue
        wait = record.waiting_time
        books.contacts += 1
        books.waited += wait > 1e-12
        books.wait += wait
        books.abandoned += not served
        books.in_time += served and wait <= kind["service_level_seconds"]
    return books.measures(group["agents"], end - start)


def shiftcast_run(program, model, replications, seed):
    """All replications by the command; measures of all types together and occupancy of all agents."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(model, file)
        file.flush()
        words = [program, "--threads", "1", "--format", "csv", "--seed", str(seed), "simulate", "--model", file.name,
                 "--replications", str(replications)]
        begun = os.times()
        text = subprocess.run(words, check=True, capture_output=True, text=True).stdout
        ended = os.times()
    rows = {(row["unit"], row["metric"]): (float(row["mean"]), float(row["ci95_half_width"]))
            for row in csv.DictReader(io.StringIO(text))}
    agents = {group["id"]: group["agents"] for group in model["groups"]}
    total = sum(agents.values())
    # Half-widths of the groups add: they move together.
    occupancy = [sum(rows[name, "occupancy"][part] * count for name, count in agents.items()) / total for part in (0, 1)]
    return [rows["all0", metric] for metric in METRICS[:4]] + [tuple(occupancy)], ended.children_user - begun.children_user


def estimates(runs):
    t = STUDENT.get(len(runs) - 1, 2.0)
    return [(statistics.fmean(values), t * statistics.stdev(values) / len(values) ** .5) for values in zip(*runs)]


def compare(program, model, options):
    hourly = sum(kind["arrivals_per_hour"] for kind in model["contact_types"])
    hours = options.contacts / hourly
    span = (360 * hours, 3960 * hours)
    results = {}
    longer = {**model, "warm_up_hours": .1 * hours, "hours": hours * options.longer}
    _, nothing = shiftcast_run(program, {**model, "warm_up_hours": 0, "hours": 1e-3 * hours}, options.replications, 1)
    measures, seconds = shiftcast_run(program, longer, options.replications, 1)
    results["shiftcast"] = measures, (options.longer + .1) * options.contacts * options.replications / max(seconds - nothing, .01)
    peers = {"SimPy": simpy_run, "Ciw": ciw_run}
    plain = len(model["contact_types"]) == len(model["groups"]) == 1
    for name, run in peers.items():
        if name == "Ciw" and not plain: continue
        begun = time.process_time()
        runs = [run(model, span, seed) for seed in range(options.replications)]
        seconds = time.process_time() - begun
        results[name] = estimates(runs), 1.1 * options.contacts * options.replications / seconds
    ours = results["shiftcast"][1]
    print(f"\n{model['name']}: {sum(group['agents'] for group in model['groups'])} agents, {hourly:g} contacts an hour\n")
    print("| simulator | contacts/s | shiftcast is faster by | " + " | ".join(METRICS) + " |")
    print("|---|---" + "|---" * (len(METRICS) + 1) + "|")
    for name, (measures, rate) in results.items():
        cells = " | ".join(f"{mean:.4g} ± {half:.2g}" for mean, half in measures)
        print(f"| {name} | {rate:,.0f} | {ours / rate:,.0f} | {cells} |", flush=True)
    for name, (measures, _) in results.items():
        for metric, (mean, half), (own, own_half) in zip(METRICS, measures, results["shiftcast"][0]):
            if abs(mean - own) > 2 * (half ** 2 + own_half ** 2) ** .5 + 1e-12:
                raise SystemExit(f"{model['name']}: {metric} of {name} is {mean:.5g} ± {half:.2g}, ours {own:.5g} ± {own_half:.2g}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--contacts", type=int, default=20_000)
    parser.add_argument("--replications", type=int, default=10)
    parser.add_argument("--longer", type=int, default=50)
    options = parser.parse_args()
    for path in options.models:
        with open(path) as file: compare(os.path.abspath(options.program), json.load(file), options)


if __name__ == "__main__":
    main()
