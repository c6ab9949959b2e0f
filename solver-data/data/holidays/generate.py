"""Writes the embedded holiday tables `XX.txt` from the Python package holidays 0.109 (MIT).

    pip install holidays==0.109
    python3 generate.py

A line of a table is `kind|name|YYYYMMDD[+extra days] ...`: kind `h` is a public holiday, `w` a weekend day worked in
exchange for one. Names are English. A substitute day bears the name of its holiday and is an occurrence of its own. In
China, days off that a notice of the State Council joins to a holiday lengthen it, and so do the weekends within and
after it; the head gives the years with published notices.
"""

import datetime
import itertools
import pathlib
import re

import holidays

VERSION = "0.109"
YEARS = range(1995, 2036)
LANGUAGE = {"BR": "en_US", "CN": "en_US", "DE": "en_US", "ES": "en_US", "FR": "en_US", "IL": "en_US", "JP": "en_US"}
# Where national holidays alone would miss what most of the country keeps.
SUBDIVISION = {"GB": "ENG"}
CODES = ["BR", "CA", "CN", "DE", "ES", "FR", "GB", "IL", "IN", "IT", "JP", "US"]
SUBSTITUTE = re.compile(r"\s*\((?:[^()]*\b(?:observed|substitute|estimated|in lieu)\b[^()]*)\)")
DAY = datetime.timedelta(1)


def days_of(code):
    """(date, plain name, whether a substitute day) of every holiday; days off by exchange have no name."""
    options = {"language": LANGUAGE[code]} if code in LANGUAGE else {}
    if code in SUBDIVISION:
        options["subdiv"] = SUBDIVISION[code]
    table = holidays.country_holidays(code, years=YEARS, **options)
    days = []
    for date, names in sorted(table.items()):
        for name in names.split("; "):
            if name.startswith("Day off (substituted"):
                days.append((date, None, False))
            elif name == "Substitute Holiday":
                days.append((date, days[-1][1], True))
            else:
                days.append((date, SUBSTITUTE.sub("", name).strip(), "observed" in name or "substitute" in name))
    return days, table


def single(code):
    """Events of a country without exchanges: consecutive days of one name are one event, substitutes stand alone."""
    events = []
    for date, name, moved in days_of(code)[0]:
        lengthened = next((e for e in events[-4:] if e[1] == name and e[3] + DAY == date), None)
        if lengthened and not moved and lengthened not in substitutes(events):
            lengthened[3] = date
        else:
            events.append(["h", name, date, date, moved])
    return [tuple(event[:4]) for event in events], None


def substitutes(events):
    return [event for event in events if event[4]]


def chinese():
    """Events of China: runs of days off with the weekends within and after them, cut where another holiday begins."""
    days, table = days_of("CN")
    worked = table.weekend_workdays
    named, off = {}, set()
    for date, name, moved in days:
        off.add(date)
        if name and not moved:
            # Where two feasts share a day, the longer-lasting one gives the name.
            named[date] = name if date not in named or name == "National Day" else named[date]
    is_off = lambda date: date in off or (date.weekday() >= 5 and date not in worked)
    # The Mid-Autumn Festival within the week of the National Day is part of that week.
    cut = lambda name, date: named.get(date, name) not in {name, "Mid-Autumn Festival" if name == "National Day" else name}
    events, done = [], set()
    for date in sorted(named):
        if date in done:
            continue
        end = date
        while is_off(end + DAY) and not cut(named[date], end + DAY):
            end += DAY
        events.append(("h", named[date], date, end))
        done.update(date + DAY * k for k in range((end - date).days + 1))
    for date in sorted(off - done):
        following = next((e for e in events if date < e[2] <= date + 4 * DAY), None)
        events.append(("h", f"Day off before {following[1]}" if following else "Day off", date, date))
    events += [("w", "Make-up workday", date, date) for date in sorted(worked)]
    notices = sorted({date.year for date in worked})
    return events, f"make-up workdays {notices[0]}-{notices[-1]}"


def line(kind, name, events):
    spans = (f"{start:%Y%m%d}" + (f"+{(end - start).days}" if end > start else "") for _, _, start, end in events)
    return f"{kind}|{name}|{' '.join(spans)}\n"


def main():
    assert holidays.__version__ == VERSION, f"install holidays=={VERSION}"
    for code in CODES:
        events, known = chinese() if code == "CN" else single(code)
        events.sort(key=lambda e: (e[0], e[1], e[2]))
        text = f"# {code}: holidays {VERSION} (MIT), {YEARS[0]}-{YEARS[-1]}\n"
        text += f"# {known}\n" if known else ""
        for (kind, name), own in itertools.groupby(events, key=lambda e: (e[0], e[1])):
            text += line(kind, name, list(own))
        pathlib.Path(__file__).with_name(f"{code}.txt").write_text(text, encoding="utf-8")
        print(code, len(events), "events", len(text), "bytes")


if __name__ == "__main__":
    main()
