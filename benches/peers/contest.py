#!/usr/bin/env python3
"""shiftcast beside its peers in one run: accuracy and time over rolling weekly origins, as a Markdown table.

  contest.py SHIFTCAST HISTORY[,INTERVAL[,CALENDAR[,QUEUE]]] ... [--weeks 8] [--days 7] [--peers NAME;NAME]

One origin a week; every forecaster sees the rows before it only. Seconds are those of one forecast: of the whole command,
reading and writing included, for shiftcast; of fitting and forecasting alone, imports excluded, for the peers. One thread each.
"""
import os
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"): os.environ[name] = "1"
import argparse, logging, subprocess, tempfile, time, warnings
import numpy as np, pandas as pd
import forecasters

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
PROBABILITIES = np.array([.5, .1, .9, .025, .975])


def shiftcast(program, past, start, asked):
    with tempfile.TemporaryDirectory() as folder:
        history, out = os.path.join(folder, "history.csv"), os.path.join(folder, "forecast.csv")
        past.rename("value").rename_axis("timestamp").to_csv(history)
        words = [program, "--threads", "1", "forecast", "--history", history, "--start", str(start.date()), "--days",
                 str(asked.days), "--interval", str(asked.interval), "-o", out]
        begun = time.perf_counter()
        subprocess.run(words + (["--calendar", asked.calendar] if asked.calendar else []), check=True, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - begun
        table = pd.read_csv(out, parse_dates=["timestamp"]).set_index("timestamp")
    return table[["mean", "lo80", "hi80", "lo95", "hi95"]], seconds


def contest(program, asked):
    rows = pd.read_csv(asked.history, parse_dates=["timestamp"]).set_index("timestamp")
    if asked.queue: rows = rows[rows["queue"] == asked.queue]
    y = rows["value" if "value" in rows else "offered"].dropna().astype(float)
    holidays = set(pd.read_csv(asked.calendar).start) if asked.calendar else set()
    after = y.index.max().normalize() + pd.Timedelta(days=1)
    # The last origin leaves whole horizons behind it.
    origins = [after - pd.Timedelta(days=max(asked.days, 7) + 7 * back) for back in reversed(range(asked.weeks))]
    scores = {name: [] for name in ["shiftcast", *asked.peers]}
    for start in origins:
        past, test = y[y.index < start], y[(y.index >= start) & (y.index < start + pd.Timedelta(days=asked.days))]
        slots = pd.date_range(start, start + pd.Timedelta(days=asked.days), freq=f"{asked.interval}min", inclusive="left")
        week = pd.Timedelta(days=7)
        scale = (past - past.shift(freq=week)).abs().mean()
        for name in scores:
            if name == "shiftcast":
                answer, seconds = shiftcast(program, past, start, asked)
                answer = answer.reindex(test.index).to_numpy()
            else:
                begun = time.perf_counter()
                answer = forecasters.forecast(name, past, slots, holidays)
                seconds = time.perf_counter() - begun
                answer = pd.DataFrame(answer, index=slots).reindex(test.index).to_numpy()
            actual = test.to_numpy()[:, None]
            errors = actual - answer
            loss = np.maximum(PROBABILITIES * errors, (PROBABILITIES - 1) * errors).mean(1)
            inside = [(answer[:, lo] <= actual[:, 0]) & (actual[:, 0] <= answer[:, lo + 1]) for lo in (1, 3)]
            missing = np.isnan(answer[:, 0])
            assert missing.mean() < .02, (name, start, missing.sum())
            keep = ~missing
            scores[name].append((np.abs(errors[keep, 0]).sum(), errors[keep, 0].sum(), actual[keep].sum(), inside[0][keep].sum(),
                                 inside[1][keep].sum(), loss[keep].sum(), keep.sum(), seconds, np.abs(errors[keep, 0]).mean() / scale))
    return {name: np.array(parts, float) for name, parts in scores.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--peers", default=";".join(forecasters.PEERS))
    options = parser.parse_args()
    print("| history | forecaster | WAPE | MASE | bias | within 80 % | within 95 % | pinball / mean | s a forecast | time, shiftcast = 1 |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for text in options.files:
        history, interval, calendar, queue = (text.split(",") + ["", "", ""])[:4]
        asked = argparse.Namespace(history=history, interval=int(interval or 30), calendar=calendar, queue=queue, weeks=options.weeks,
                                   days=options.days, peers=[name for name in options.peers.split(";") if name])
        scores = contest(os.path.abspath(options.program), asked)
        label = os.path.basename(history).removesuffix(".csv") + (f" {queue}" if queue else "")
        ours = np.median(scores["shiftcast"][:, 7])
        for name, parts in scores.items():
            error, signed, total, in80, in95, loss, n, *_ = parts.sum(0)
            seconds, mase = np.median(parts[:, 7]), parts[:, 8].mean()
            print(f"| {label} | {name} | {error / total:.4f} | {mase:.3f} | {-signed / total:+.3f} | {in80 / n:.3f} | {in95 / n:.3f} | "
                  f"{loss / total:.4f} | {seconds:.3f} | {seconds / ours:.1f} |", flush=True)


if __name__ == "__main__":
    main()
