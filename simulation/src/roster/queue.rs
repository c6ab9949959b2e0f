//! A queue compiled: its demand, what it promises, and how its contacts are handled.

use solver_data::{
    Centre, Deadline, DemandForecast, DemandUncertainty, PlanningGrid, Queue, QueueForecast, QueueId, ServiceLevelDefinition,
    ServiceTarget, TimeShape,
};

use super::shape::UnitTime;
use crate::error::{Problem, Wanted};

/// Threshold of a queue that promises no service level, seconds.
const DEFAULT_THRESHOLD: f64 = 20.0;
/// The same for work that may wait: a day on the clock.
const DEFAULT_DEFERRED_THRESHOLD: f64 = 86_400.0;

/// A queue's demand, promise and handling; vectors by interval unless they say otherwise.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompiledQueue {
    pub name: String,
    /// Place among the queues of the forecast.
    pub place: usize,
    /// Expected contacts; 0 where closed.
    pub mean: Vec<f64>,
    /// Mean handle time, seconds.
    pub aht: Vec<f64>,
    /// Handle time of mean 1.
    pub work: UnitTime,
    pub open: Vec<bool>,
    pub uncertainty: DemandUncertainty,
    /// Mean patience, seconds; `None` for endless.
    pub patience: Option<f64>,
    /// Patience of mean 1.
    pub patience_shape: UnitTime,
    /// The promise of each day.
    pub targets: Vec<ServiceTarget>,
    /// What a contact of each interval is judged by.
    pub terms: Vec<Terms>,
    pub handling: CompiledHandling,
}

/// What a contact is judged by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Terms {
    /// Threshold of the service level, seconds.
    pub threshold: f64,
    /// Longest wait, seconds; infinite where none is promised.
    pub longest: f64,
    pub definition: Definition,
}

/// What counts as served in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Definition {
    /// By the wait.
    Wait(ServiceLevelDefinition),
    /// By the deadline: work done in time / work that fell due.
    Deadline,
}

/// How contacts of a queue are handled.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CompiledHandling {
    /// What an agent does with one of its contacts.
    pub kind: Kind,
    /// Most contacts of this queue's kind at once.
    pub concurrency: usize,
    /// Factor on handle time with 1, 2, … contacts at once; `len == concurrency`.
    pub pace: Vec<f64>,
    /// Factor on handle time by level; empty for 1.
    pub level_factors: Vec<f64>,
    /// Queue that contacts go on to, and their share by level.
    pub escalation: Option<(u32, Vec<f64>)>,
    /// Wait before the offer, share accepting, window in seconds.
    pub callback: Option<(f64, f64, f64)>,
    /// Share that tries again, mean seconds until then.
    pub redial: Option<(f64, f64)>,
    /// Mean seconds that may be put off, window in seconds.
    pub wrap_up: Option<(f64, f64)>,
    /// Instant by which work of each interval is due; empty without a deadline. An offset where `due_is_offset`.
    pub due: Due,
}

/// What an agent does with a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A customer waits; one at a time.
    Single,
    /// A customer waits; several at once.
    Chat,
    /// Work that may wait and may be interrupted.
    Desk,
    /// Calls to be made: may wait, within the opening hours, not interrupted.
    Outbound,
}

/// When deferred work is due.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Due {
    /// Never.
    Never,
    /// Seconds after arrival, by day of arrival.
    After(Vec<f64>),
    /// Closes of business of the grid in order, and how many of them may pass by day of arrival.
    ByClose { closes: Vec<f64>, working_days: Vec<u32> },
}

impl Due {
    /// Instant by which work that arrived at `arrival` on day `day` is due; infinite for never, and beyond the grid.
    pub fn at(&self, arrival: f64, day: usize) -> f64 {
        match self {
            Self::Never => f64::INFINITY,
            Self::After(seconds) => arrival + seconds[day],
            Self::ByClose { closes, working_days } => {
                let next = closes.partition_point(|&close| close <= arrival);
                closes.get(next + working_days[day] as usize).copied().unwrap_or(f64::INFINITY)
            }
        }
    }

    fn of(queue: &Queue, open: &[bool], grid: &PlanningGrid) -> Self {
        let deadlines = grid.dates().iter().map(|&date| queue.target_on(date).deadline.map(|target| target.within));
        let deadlines: Vec<Option<Deadline>> = deadlines.collect();
        if deadlines.iter().all(Option::is_none) {
            return Self::Never;
        }
        if deadlines.iter().any(|deadline| matches!(deadline, Some(Deadline::WorkingDays(_)))) {
            let seconds = grid.interval_seconds();
            let close = |day: usize| grid.day_range(day).rfind(|&t| open[t]).map(|t| (t + 1) as f64 * seconds);
            let working_days = deadlines.iter().map(|deadline| match deadline {
                Some(Deadline::WorkingDays(days)) => *days,
                // Hours beside working days in one horizon: the whole days in them.
                Some(Deadline::ClockHours(hours)) => (hours / 24.0).ceil() as u32,
                None => u32::MAX / 2,
            });
            return Self::ByClose { closes: (0..grid.days()).filter_map(close).collect(), working_days: working_days.collect() };
        }
        let hours = |deadline: &Option<Deadline>| match deadline {
            Some(Deadline::ClockHours(hours)) => 3600.0 * hours,
            _ => f64::INFINITY,
        };
        Self::After(deadlines.iter().map(hours).collect())
    }
}

impl Kind {
    fn of(queue: &Queue) -> Self {
        match queue.channel {
            solver_data::Channel::Chat if queue.concurrency > 1 => Self::Chat,
            solver_data::Channel::Voice | solver_data::Channel::Chat => Self::Single,
            solver_data::Channel::Email | solver_data::Channel::Ticket => Self::Desk,
            solver_data::Channel::Outbound => Self::Outbound,
        }
    }

    /// Whether a customer waits.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Single | Self::Chat)
    }
}

impl CompiledHandling {
    fn new(queue: &Queue, open: &[bool], grid: &PlanningGrid) -> Self {
        let (kind, own) = (Kind::of(queue), &queue.handling);
        let concurrency = if kind == Kind::Chat { queue.concurrency as usize } else { 1 };
        Self {
            kind,
            concurrency,
            pace: (1..=concurrency as u32).map(|contacts| own.concurrency_factor(contacts)).collect(),
            level_factors: own.level_factors.clone(),
            escalation: own.escalation.as_ref().map(|escalation| (escalation.to.0, escalation.share.clone())),
            callback: own
                .callback
                .filter(|_| kind.is_live())
                .map(|offer| (offer.after_seconds, offer.share, 3600.0 * offer.within_hours)),
            redial: own.redial.filter(|_| kind.is_live()).map(|redial| (redial.share, redial.after_seconds)),
            wrap_up: own.deferred_wrap_up.map(|wrap_up| (wrap_up.seconds, 3600.0 * wrap_up.within_hours)),
            due: Due::of(queue, open, grid),
        }
    }

    /// Whether its contacts are calls answered in one go, one at a time.
    pub fn is_plain(&self) -> bool {
        self.kind == Kind::Single
            && self.escalation.is_none()
            && self.callback.is_none()
            && self.redial.is_none()
            && self.wrap_up.is_none()
            && self.due == Due::Never
    }

    /// Share of the handle time that is put off, where the mean is `aht` seconds.
    pub fn put_off(&self, aht: f64) -> f64 {
        self.wrap_up.filter(|_| aht > 0.0).map_or(0.0, |(seconds, _)| (seconds / aht).min(1.0))
    }

    /// Whether agents of different levels do different things with its contacts.
    pub fn knows_levels(&self) -> bool {
        let differ = |values: &[f64]| values.windows(2).any(|pair| (pair[0] - pair[1]).abs() > 0.0);
        differ(&self.level_factors) || self.escalation.as_ref().is_some_and(|(_, share)| differ(share))
    }
}

impl Terms {
    fn of(target: &ServiceTarget, kind: Kind) -> Self {
        let usual = if kind.is_live() { DEFAULT_THRESHOLD } else { DEFAULT_DEFERRED_THRESHOLD };
        let definition = match target.service_level {
            None if target.deadline.is_some() => Definition::Deadline,
            level => Definition::Wait(level.map(|level| level.definition).unwrap_or_default()),
        };
        Self {
            threshold: target.service_level.map_or(usual, |level| level.within_seconds),
            longest: target.maximum_wait.map_or(f64::INFINITY, |limit| limit.seconds),
            definition,
        }
    }
}

impl CompiledQueue {
    /// Checks and compiles one queue of the centre; `None` after a problem.
    pub fn new(centre: &Centre, id: QueueId, forecast: &DemandForecast, problems: &mut Vec<Problem>) -> Option<Self> {
        let (queue, grid) = (&centre.queues[id], &forecast.grid);
        let Some(place) = forecast.queues.iter().position(|expected| expected.name == queue.name) else {
            problems.push(Problem::QueueWithoutForecast { queue: queue.name.clone() });
            return None;
        };
        let expected = &forecast.queues[place];
        let before = problems.len();
        check_forecast(queue, expected, grid.len(), problems);
        check_handling(centre, queue, problems);
        if problems.len() > before {
            return None;
        }
        let mean: Vec<f64> =
            expected.mean.iter().zip(&expected.open).map(|(&mean, &open)| if open { mean } else { 0.0 }).collect();
        let aht = match (&expected.aht_seconds, queue.aht_seconds) {
            (Some(aht), fallback) => aht.iter().map(|&aht| if aht.is_finite() { aht } else { fallback.unwrap_or(0.0) }).collect(),
            (None, fallback) => vec![fallback.unwrap_or(0.0); mean.len()],
        };
        let handling = CompiledHandling::new(queue, &expected.open, grid);
        let targets: Vec<ServiceTarget> = grid.dates().iter().map(|&date| *queue.target_on(date)).collect();
        let terms_of_day: Vec<Terms> = targets.iter().map(|target| Terms::of(target, handling.kind)).collect();
        let terms = (0..grid.days()).flat_map(|day| vec![terms_of_day[day]; grid.day_range(day).len()]).collect();
        Some(Self {
            name: queue.name.clone(),
            place,
            mean,
            aht,
            work: UnitTime::of(&queue.handling.handle_shape),
            open: expected.open.clone(),
            uncertainty: expected.uncertainty,
            patience: queue.patience_seconds,
            patience_shape: UnitTime::of(&queue.handling.patience_shape),
            targets,
            terms,
            handling,
        })
    }
}

/// Problems of a queue's forecast.
fn check_forecast(queue: &Queue, expected: &QueueForecast, intervals: usize, problems: &mut Vec<Problem>) {
    let name = &queue.name;
    let aht_len = expected.aht_seconds.as_ref().map_or(intervals, Vec::len);
    for (what, given) in [("mean", expected.mean.len()), ("open", expected.open.len()), ("aht_seconds", aht_len)] {
        if given != intervals {
            problems.push(Problem::Length { path: format!("forecast of \"{name}\", {what}"), given, intervals });
        }
    }
    if let Some(&mean) = expected.mean.iter().find(|&&mean| !Wanted::NonNegative.holds(mean)) {
        Wanted::NonNegative.check(mean, || format!("forecast of \"{name}\", mean"), problems);
    }
    let DemandUncertainty { day_level_sd, overdispersion } = expected.uncertainty;
    Wanted::NonNegative.check(day_level_sd, || format!("forecast of \"{name}\", day_level_sd"), problems);
    Wanted::NonNegative.check(overdispersion, || format!("forecast of \"{name}\", overdispersion"), problems);
    if let Some(patience) = queue.patience_seconds {
        Wanted::NonNegative.check(patience, || format!("queue \"{name}\", patience_seconds"), problems);
    }
    let known = |aht: &f64| Wanted::NonNegative.holds(*aht);
    let everywhere = expected.aht_seconds.as_ref().is_some_and(|aht| aht.iter().all(known));
    if !everywhere && !queue.aht_seconds.as_ref().is_some_and(known) && expected.mean.iter().any(|&mean| mean > 0.0) {
        problems.push(Problem::QueueWithoutHandleTime { queue: name.clone() });
    }
}

/// Problems of a queue's handling, for centres that did not come from a checked file.
fn check_handling(centre: &Centre, queue: &Queue, problems: &mut Vec<Problem>) {
    let (name, own) = (&queue.name, &queue.handling);
    let mut check = |wanted: Wanted, value: f64, what: &str| {
        wanted.check(value, || format!("queue \"{name}\", {what}"), problems);
    };
    for &factor in own.level_factors.iter().chain(&own.concurrency_factors) {
        check(Wanted::Positive, factor, "factor on the handle time");
    }
    for (shape, what) in [(&own.handle_shape, "handle_times"), (&own.patience_shape, "patience")] {
        match shape {
            TimeShape::Lognormal { cv } => check(Wanted::NonNegative, *cv, what),
            TimeShape::Empirical { seconds } => seconds.iter().for_each(|&time| check(Wanted::NonNegative, time, what)),
            TimeShape::Exponential | TimeShape::Deterministic => {}
        }
    }
    for &share in own.escalation.iter().flat_map(|escalation| &escalation.share) {
        check(Wanted::Fraction, share, "share that escalates");
    }
    if let Some(offer) = own.callback {
        check(Wanted::NonNegative, offer.after_seconds, "callback.after_seconds");
        check(Wanted::Fraction, offer.share, "callback.share");
        check(Wanted::NonNegative, offer.within_hours, "callback.within_hours");
    }
    if let Some(redial) = own.redial {
        check(Wanted::Fraction, redial.share, "redial.share");
        check(Wanted::NonNegative, redial.after_seconds, "redial.after_seconds");
    }
    if let Some(wrap_up) = own.deferred_wrap_up {
        check(Wanted::NonNegative, wrap_up.seconds, "deferred_wrap_up.seconds");
        check(Wanted::NonNegative, wrap_up.within_hours, "deferred_wrap_up.within_hours");
    }
    if let Some(escalation) = own.escalation.as_ref().filter(|escalation| centre.queues.get(escalation.to).is_none()) {
        let (to, queues) = (escalation.to.0, centre.queues.len());
        problems.push(Problem::UnknownEscalation { queue: name.clone(), to, queues });
    }
}
