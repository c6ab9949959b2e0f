#!/usr/bin/env python3
"""A larger centre from a bank folder: every count and every agent K times. Standard library only.

  scale_bank.py BANK OUT K
"""
import csv, os, shutil, sys

bank, out, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.makedirs(out, exist_ok=True)
for name in ("centre.toml", "calendar.csv"):
    shutil.copy(os.path.join(bank, name), out)
for name in ("history.csv", "agents.csv"):
    with open(os.path.join(bank, name), newline="") as source, open(os.path.join(out, name), "w", newline="") as target:
        rows = csv.DictReader(source)
        writer = csv.DictWriter(target, rows.fieldnames, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            if name == "history.csv":
                for count in ("offered", "handled", "abandoned"):
                    row[count] = str(int(row[count]) * times)
                writer.writerow(row)
            else:
                for copy in range(times):
                    writer.writerow({**row, "agent": f"{row['agent']}-{copy:03d}"})
