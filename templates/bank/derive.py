#!/usr/bin/env python3
"""Derives the data of the bank template from the folder that holds the published files.

  derive.py SHARED_DATA_HISTORY_FOLDER        writes history.csv, actual_calls.csv and calendar.csv beside itself

SOURCES.md says what the columns mean and why.
"""
import collections
import csv
import datetime
import pathlib
import sys

SOURCE = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent
ORIGIN, END = datetime.datetime(1999, 10, 24), datetime.datetime(1999, 10, 31)


def rows(name):
    with open(SOURCE / name, newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def write(name, header, lines):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(lines)


def time(text):
    return datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S")


def is_open(at):
    """Sunday-Thursday 07-24, Friday 07-14, Saturday 19-24."""
    minute = at.hour * 60 + at.minute
    if at.weekday() == 4:
        return 7 * 60 <= minute < 14 * 60
    return minute >= (19 if at.weekday() == 5 else 7) * 60


def half_hour(at):
    return at.replace(minute=at.minute // 30 * 30, second=0)


def history():
    """Demand is what joins a queue for an agent: answered there, or abandoned there.

    The source has no row for a half-hour without calls; on a day it covers, that is a known zero.
    """
    known = {(time(row["timestamp"]), row["queue"]): row for row in rows("technion1999_queues_30min_jan_oct.csv")}
    queues = sorted({queue for _, queue in known})
    for date in sorted({at.date() for at, _ in known if at < ORIGIN}):
        midnight = datetime.datetime.combine(date, datetime.time())
        for at in filter(is_open, (midnight + datetime.timedelta(minutes=30 * i) for i in range(48))):
            for queue in queues:
                row = known.get((at, queue), {"handled": "0", "abandoned_in_queue": "0", "aht_s": ""})
                offered = int(row["handled"]) + int(row["abandoned_in_queue"])
                aht = row["aht_s"] if float(row["aht_s"] or 0) > 0 else ""
                yield at, queue, offered, row["handled"], row["abandoned_in_queue"], aht


def calls():
    """Calls that joined a queue while the centre was open, at the second they joined it."""
    found = []
    for row in rows("technion1999_calls_jan_oct.csv"):
        called, waited = time(row["timestamp"]), int(row["queue_s"])
        joined = row["outcome"] == "AGENT" or (row["outcome"] == "HANG" and waited > 0)
        if ORIGIN <= called < END and is_open(called) and joined:
            arrival = called + datetime.timedelta(seconds=int(row["vru_s"]))
            answered = row["outcome"] == "AGENT"
            end = ("answered", waited, row["service_s"]) if answered else ("abandoned", waited, "")
            found.append((called, arrival, row["type"], *end))
    return sorted(found, key=lambda call: (call[1], call[2]))


def agreement(found):
    """How the calls agree with the interval file, by time of calling and by time of joining the queue."""
    wanted = collections.Counter()
    for row in rows("technion1999_queues_30min_jan_oct.csv"):
        at = time(row["timestamp"])
        if ORIGIN <= at < END and is_open(at):
            wanted[at, row["queue"]] += int(row["handled"]) + int(row["abandoned_in_queue"])
    for label, column in (("calling", 0), ("joining", 1)):
        counted = collections.Counter((half_hour(call[column]), call[2]) for call in found)
        apart = sum(abs(counted[key] - wanted[key]) for key in counted.keys() | wanted.keys())
        print(f"by time of {label}: {sum(counted.values())} calls, interval file {sum(wanted.values())}, apart {apart}")


def main():
    write("history.csv", ["timestamp", "queue", "offered", "handled", "abandoned", "aht_seconds"], history())
    found = calls()
    agreement(found)
    write("actual_calls.csv", ["timestamp", "queue", "outcome", "waited_seconds", "handle_seconds"], (call[1:] for call in found))
    events = [row for row in rows("calendar_israel_1999.csv") if "1999" <= row["start"] < "1999-11"]
    write("calendar.csv", list(events[0]), (row.values() for row in events))


main()
