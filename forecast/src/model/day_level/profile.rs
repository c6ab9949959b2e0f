//! Day totals that outages do not bend, and exponentially weighted profiles of weekdays and special days.
//!
//! Configurations differ in half-life, in shrinkage of a weekday to the pool of all weekdays, and in smoothing along the
//! day; they are weighted by their past error given the actual day total, each day judged before it is learned.

use std::array;

use crate::day::DayKind;
use crate::model::Cut;
use crate::model::day_level::memory::{Memory, smooth};
use crate::model::day_level::outage::{RobustTotal, plain_total};
use crate::model::day_level::variant::RestDays;
use crate::series::QueueSeries;
use crate::weighting::{Steepness, weights};

/// Half-lives of profiles in days.
const HALF_LIVES: [f64; 3] = [28.0, 70.0, 250.0];
/// Weight of the pooled profile in days.
const SHRINKAGE: [f64; 2] = [0.5, 6.0];
/// Weight ∝ error^-8 among the best six configurations.
const STEEPNESS: Steepness = Steepness { exponent: 8.0, best_few: 6 };
/// Half-life of the memory of profile errors, in days.
const ERROR_HALF_LIFE: f64 = 90.0;
/// Days after which a profile is trusted to tell an outage from a quiet hour.
const DAYS_BEFORE_TRUST: usize = 10;
/// Weight in days of the donor in the profile of a special day.
const DONOR_DAYS: f64 = 1.5;

/// Totals of all days as if every open slot had been known and regular; not a number where nothing is known.
#[derive(Debug, Clone)]
pub(crate) struct DayTotals {
    /// `len == days`.
    pub(crate) total: Vec<f64>,
}

impl DayTotals {
    /// Log of the mean of the first week of known totals: where the level filter starts.
    pub(crate) fn first_level(&self) -> f64 {
        let known: Vec<f64> = self.total.iter().copied().filter(|total| !total.is_nan()).take(7).collect();
        (known.iter().sum::<f64>() / known.len().max(1) as f64).max(0.05).ln()
    }
}

/// Profiles as they were at a cut.
#[derive(Debug, Clone)]
pub(crate) struct ProfileSnapshot {
    weekdays: Vec<Vec<f64>>,
    special: [Option<Vec<f64>>; 2],
}

impl ProfileSnapshot {
    /// A day total spread over the slots of a day; closed slots take their share with them.
    pub(crate) fn spread(&self, series: &QueueSeries, day: usize, total: f64) -> Vec<f64> {
        let context = &series.days[day];
        let special = kind_index(context.kind).and_then(|kind| self.special[kind].as_ref());
        let profile = special.unwrap_or(&self.weekdays[context.weekday]);
        let open = series.day_open(day);
        let covered: f64 = profile.iter().sum();
        let scale = if special.is_some() && covered > 0.0 { total / covered } else { total };
        profile.iter().zip(open).map(|(share, open)| if *open { share * scale } else { 0.0 }).collect()
    }
}

fn kind_index(kind: DayKind) -> Option<usize> {
    match kind {
        DayKind::Holiday => Some(0),
        DayKind::Eve => Some(1),
        DayKind::Ordinary | DayKind::Touched => None,
    }
}

/// Ingests all days before the last cut; a snapshot of the profiles a cut.
pub(crate) fn ingest(series: &QueueSeries, rest: Option<RestDays>, cuts: &[Cut]) -> (DayTotals, Vec<ProfileSnapshot>) {
    let end = cuts.iter().map(|cut| cut.origin).max().unwrap_or(0);
    let mut book = ProfileBook::new(series, rest);
    let mut totals = DayTotals { total: vec![f64::NAN; series.len()] };
    let mut snapshots = Vec::with_capacity(cuts.len());
    for day in 0..=end {
        snapshots.extend(cuts.iter().filter(|cut| cut.origin == day).map(|_| book.snapshot()));
        if day < end {
            totals.total[day] = book.learn(day);
        }
    }
    (totals, snapshots)
}

struct ProfileBook<'a> {
    series: &'a QueueSeries,
    rest: Option<RestDays>,
    memories: Vec<Memory>,
    /// Profiles drawn last, one after the other, and their past errors.
    candidates: Vec<f64>,
    errors: Vec<f64>,
    robust: RobustTotal,
    days_seen: usize,
    /// Contacts by slot, days, and squared residuals of own and donor weekday, of holidays and eves.
    special: [(Vec<f64>, f64, f64, f64); 2],
}

impl<'a> ProfileBook<'a> {
    fn new(series: &'a QueueSeries, rest: Option<RestDays>) -> Self {
        let slots = series.slots;
        let memory = |half_life: f64| Memory::new(slots, half_life);
        let errors = vec![0.0; HALF_LIVES.len() * SHRINKAGE.len() * 2];
        let special = array::from_fn(|_| (vec![0.0; slots], 0.0, 0.0, 0.0));
        Self {
            series,
            rest,
            memories: HALF_LIVES.map(memory).into(),
            candidates: vec![0.0; errors.len() * slots],
            errors,
            robust: RobustTotal::default(),
            days_seen: 0,
            special,
        }
    }

    /// Learns a day and returns its robust total.
    fn learn(&mut self, day: usize) -> f64 {
        for memory in &mut self.memories {
            memory.fade();
        }
        if !self.series.is_observed(day) {
            return f64::NAN;
        }
        let context = &self.series.days[day];
        self.draw_candidates(context.weekday);
        let blend = self.blend();
        let counts = self.series.day(day);
        let trusted = context.kind == DayKind::Ordinary && self.days_seen >= DAYS_BEFORE_TRUST && !self.series.keeps_outliers;
        let (total, cleaned) = if trusted { self.robust.total(counts, &blend) } else { plain_total(counts, &blend) };
        self.days_seen += 1;
        if let Some(kind) = kind_index(context.kind) {
            self.learn_special(kind, context.weekday, &cleaned, total);
            return total;
        }
        if total > 0.0 {
            let fade = 0.5_f64.powf(1.0 / ERROR_HALF_LIFE);
            for (error, profile) in self.errors.iter_mut().zip(self.candidates.chunks(counts.len())) {
                *error = *error * fade + distance(counts, profile, total);
            }
            for memory in &mut self.memories {
                memory.add(context.weekday, &cleaned, total);
            }
        }
        total
    }

    fn learn_special(&mut self, kind: usize, weekday: usize, counts: &[f64], total: f64) {
        if total.is_nan() || total <= 0.0 {
            return;
        }
        let own = self.weekday(weekday);
        let donor = self.rest.and_then(|rest| rest.donor(if kind == 0 { DayKind::Holiday } else { DayKind::Eve }));
        let donor = donor.map_or_else(|| own.clone(), |donor| self.weekday(donor));
        let (sums, days, own_error, donor_error) = &mut self.special[kind];
        for (sum, count) in sums.iter_mut().zip(counts).filter(|(_, count)| !count.is_nan()) {
            *sum += count / total;
        }
        *days += 1.0;
        *own_error += distance(counts, &own, total) / total;
        *donor_error += distance(counts, &donor, total) / total;
    }

    fn weekday(&mut self, weekday: usize) -> Vec<f64> {
        self.draw_candidates(weekday);
        self.blend()
    }

    fn draw_candidates(&mut self, weekday: usize) {
        let slots = self.series.slots;
        let (plain, smoothed) = self.candidates.split_at_mut(HALF_LIVES.len() * SHRINKAGE.len() * slots);
        for (memory, profiles) in self.memories.iter().zip(plain.chunks_mut(SHRINKAGE.len() * slots)) {
            memory.profiles(self.series, weekday, &SHRINKAGE, profiles);
        }
        plain.chunks(slots).zip(smoothed.chunks_mut(slots)).for_each(|(profile, smoothed)| smooth(profile, smoothed));
    }

    /// The candidates last drawn, weighted by their errors.
    fn blend(&self) -> Vec<f64> {
        let weights = weights(&self.errors.iter().map(|error| error.max(1e-9)).collect::<Vec<_>>(), STEEPNESS);
        let mut profile = vec![0.0; self.series.slots];
        let candidates = self.candidates.chunks(self.series.slots);
        for (candidate, weight) in candidates.zip(&weights).filter(|(_, weight)| **weight > 0.0) {
            profile.iter_mut().zip(candidate).for_each(|(share, other)| *share += weight * other);
        }
        profile
    }

    fn snapshot(&mut self) -> ProfileSnapshot {
        let weekdays: Vec<Vec<f64>> = (0..7).map(|weekday| self.weekday(weekday)).collect();
        let special = array::from_fn(|kind| {
            let (sums, days, own_error, donor_error) = &self.special[kind];
            let donor = self.rest?.donor(if kind == 0 { DayKind::Holiday } else { DayKind::Eve })?;
            (*days > 0.0 && donor_error < own_error).then(|| {
                let shares = sums.iter().zip(&weekdays[donor]);
                shares.map(|(sum, donor)| (sum + DONOR_DAYS * donor) / (days + DONOR_DAYS)).collect()
            })
        });
        ProfileSnapshot { weekdays, special }
    }
}

fn distance(counts: &[f64], profile: &[f64], total: f64) -> f64 {
    counts.iter().zip(profile).filter(|(count, _)| !count.is_nan()).map(|(count, share)| (count - total * share).abs()).sum()
}
