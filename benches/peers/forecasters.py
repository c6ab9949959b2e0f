"""Rival forecasters behind one call: forecast(name, history, slots, holidays) -> mean and quantiles.

history: pandas Series of counts by local timestamp, before the origin; slots: the timestamps to be forecast, whole days;
holidays: set of dates. Each returns an array of len(slots) rows: mean, lo80, hi80, lo95, hi95, clipped at zero. One thread.

All work on the open slots of the week (weekday x time of day with data in at least 30 % of the weeks); a missing slot is
filled by the mean of its neighbours one and two weeks away, as none of the peers but Prophet takes gaps.
"""
import numpy as np, pandas as pd

QUANTILES = {"lo80": .1, "hi80": .9, "lo95": .025, "hi95": .975}


class Week:
    """History laid on the open slots of whole weeks, ending at the origin."""

    def __init__(self, history, slots):
        self.minutes = int((slots[1] - slots[0]).total_seconds() // 60) if len(slots) > 1 else 60
        weeks = max(1.0, (history.index.max() - history.index.min()).days / 7)
        key = lambda index: index.dayofweek * 1440 + index.hour * 60 + index.minute
        seen = pd.Series(1, index=key(history.index)).groupby(level=0).sum()
        self.open = set(seen[seen >= .3 * weeks].index)
        first, last = history.index.min().normalize(), slots[0].normalize()
        full = pd.date_range(first, last, freq=f"{self.minutes}min", inclusive="left")
        self.index = full[[k in self.open for k in key(full)]]
        self.length = len(self.open)
        self.index = self.index[len(self.index) % self.length:]
        self.y = self.filled(history.reindex(self.index).to_numpy(float))
        self.known = history.reindex(self.index).notna().to_numpy()
        span = pd.date_range(last, slots[-1].normalize() + pd.Timedelta(days=1), freq=f"{self.minutes}min", inclusive="left")
        self.future = span[[k in self.open for k in key(span)]]
        self.key = key
        self.day = max(1, round(self.length / len({k // 1440 for k in self.open})))

    def filled(self, y):
        y, w = y.copy(), self.length
        for i in np.flatnonzero(np.isnan(y)):
            near = [y[j] for j in (i - w, i - 2 * w, i + w, i + 2 * w) if 0 <= j < len(y) and not np.isnan(y[j])]
            y[i] = np.mean(near) if near else np.nanmean(y)
        return y


def average_4_weeks(week, _history, _holidays):
    w, y, h = week.length, week.y, len(week.future)
    mean = np.resize(y[-4 * w:].reshape(4, w).mean(0), h)
    errors = []
    for back in range(1, 9):
        end = len(y) - back * w
        if end < 4 * w: break
        past = y[end - 4 * w:end].reshape(4, w).mean(0)
        errors.append((y[end:end + w] - past) / np.sqrt(past + .25))
    quantiles = np.quantile(np.concatenate(errors), list(QUANTILES.values())) if errors else np.zeros(4)
    return np.column_stack([mean] + [mean + q * np.sqrt(mean + .25) for q in quantiles])


def mstl_ets(week, _history, _holidays):
    from statsforecast.models import MSTL, AutoETS
    model = MSTL([week.day, week.length], trend_forecaster=AutoETS(model="ZZN"))
    r = model.forecast(y=week.y, h=len(week.future), level=[80, 95], fitted=False)
    return np.column_stack([r["mean"], r["lo-80"], r["hi-80"], r["lo-95"], r["hi-95"]])


def prophet(week, history, holidays):
    from prophet import Prophet
    days = pd.DataFrame({"holiday": "holiday", "ds": pd.to_datetime(sorted(holidays))}) if holidays else None
    year = (history.index.max() - history.index.min()).days >= 730
    model = Prophet(holidays=days, uncertainty_samples=300, seasonality_mode="multiplicative", daily_seasonality=12,
                    weekly_seasonality=10, yearly_seasonality=year)
    model.fit(pd.DataFrame({"ds": history.index, "y": history.to_numpy()}), seed=1)
    future = pd.DataFrame({"ds": week.future})
    spread = np.quantile(model.predictive_samples(future)["yhat"], list(QUANTILES.values()), axis=1)
    return np.column_stack([model.predict(future)["yhat"], spread.T])


def lightgbm(week, _history, holidays):
    import lightgbm as lgb
    w, n, h = week.length, len(week.y), len(week.future)
    index = week.index.append(week.future)
    y = np.r_[week.y, np.full(h, np.nan)]
    at = np.arange(n + h)
    holiday = np.array([day.isoformat() in holidays for day in index.date]).astype(int)
    ahead, behind = np.r_[holiday[week.day:], np.zeros(week.day, int)], np.r_[np.zeros(week.day, int), holiday[:-week.day]]
    base = np.column_stack([at % week.day, index.dayofweek, at % w, index.day, index.month, index.days_in_month - index.day,
                            holiday, ahead, behind])
    common = dict(num_leaves=31, learning_rate=.05, min_data_in_leaf=20, verbose=-1, num_threads=1, seed=1)
    result = np.zeros((h, 5))
    for block in range(-(-h // w)):
        # Direct forecasts: a block of weeks ahead sees lags that are known at the origin only.
        lags = [np.r_[np.full(lag * w, np.nan), y[:-lag * w]] for lag in range(block + 1, block + 5)]
        level = np.r_[np.full((block + 1) * w, np.nan), pd.Series(y).rolling(w).mean().to_numpy()[:-(block + 1) * w]]
        x = np.column_stack([base] + lags + [np.mean(lags, axis=0), level])
        rows = (at < n) & (at >= (block + 4) * w) & np.r_[week.known, np.zeros(h, bool)]
        wanted = np.arange(n + block * w, min(n + (block + 1) * w, n + h))
        train = lgb.Dataset(x[rows], y[rows], free_raw_data=False)
        answers = [lgb.train({**common, "objective": "poisson"}, train, 300).predict(x[wanted])]
        for q in QUANTILES.values():
            train = lgb.Dataset(x[rows], y[rows])
            settings = {**common, "objective": "quantile", "alpha": q, "learning_rate": .08}
            answers.append(lgb.train(settings, train, 120).predict(x[wanted]))
        result[wanted - n] = np.column_stack(answers)
    return result


PEERS = {"4-week average": average_4_weeks, "statsforecast MSTL+AutoETS": mstl_ets, "Prophet": prophet, "LightGBM": lightgbm}


def forecast(name, history, slots, holidays):
    week = Week(history, slots)
    table = pd.DataFrame(np.clip(PEERS[name](week, history, holidays), 0, None), index=week.future)
    return table.reindex(slots).to_numpy()
