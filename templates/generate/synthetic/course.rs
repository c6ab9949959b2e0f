//! The course of contacts and handle times of a centre's queues, hour by hour.

use std::f64::consts::TAU;
use std::fmt::Write as _;

use chrono::{Datelike, Days, LocalResult, NaiveDate, TimeZone, Weekday};
use chrono_tz::Tz;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Binomial, Distribution, Gamma, Normal, Poisson};

/// Persistence of the day levels from day to day: shared, own.
const PERSISTENCE: (f64, f64) = (0.6, 0.4);
/// Standard deviation of the logarithm of an event's effect from one occurrence to the next.
const EVENT_NOISE: f64 = 0.05;
/// Hours over which a launch's surge falls by a factor e.
const LAUNCH_DECAY_HOURS: f64 = 24.0;
/// Hours after its start by which a launch is over.
const LAUNCH_HOURS: f64 = 72.0;

/// A queue's numbers.
pub struct QueueCourse {
    /// Name.
    pub name: &'static str,
    /// Opening hours, first and last; 0 and 24 for always.
    pub hours: (u32, u32),
    /// Contacts of a mean day at the start of the history.
    pub per_day: f64,
    /// Factor a year.
    pub growth: f64,
    /// Amplitude of the season and the day of the year of its peak.
    pub season: (f64, f64),
    /// Factors by weekday, Monday first.
    pub weekdays: [f64; 7],
    /// Weights by hour of a working day, midnight first.
    pub profile: [f64; 24],
    /// Weight of the centre's shared day level, and standard deviation of the queue's own.
    pub day_noise: (f64, f64),
    /// Coefficient of variation of the hour's level.
    pub hour_noise: f64,
    /// Mean handle time in seconds, its factor a year, its coefficient of variation.
    pub aht: (f64, f64, f64),
    /// Share that abandons in an ordinary hour; `None` for work that waits.
    pub abandonment: Option<f64>,
}

/// What an event does to the queues.
pub struct Pulse {
    /// First and last day.
    pub days: (NaiveDate, NaiveDate),
    /// Hours of the day in which it acts, first and end.
    pub hours: (u32, u32),
    /// Whether it decays over 72 hours from the morning of its first day.
    pub decay: Decay,
    /// Factors on volume, handle time and abandonment by queue, in order of the queues.
    pub factors: Vec<(f64, f64, f64)>,
}

/// How an event's effect runs over time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Decay {
    /// Even over its days.
    Even,
    /// A launch: a surge that falls over 72 hours.
    Launch,
}

/// A centre's numbers.
pub struct CentreCourse {
    /// Seed of all draws.
    pub seed: u64,
    /// Time zone.
    pub zone: Tz,
    /// First day of the history.
    pub first: NaiveDate,
    /// Days of the history, then days of actuals.
    pub days: (u32, u32),
    /// Standard deviation of the shared day level.
    pub shared_noise: f64,
    /// Queues.
    pub queues: Vec<QueueCourse>,
    /// Events.
    pub pulses: Vec<Pulse>,
    /// Days of a weekend that are worked as Fridays, in exchange for a holiday.
    pub made_up: Vec<NaiveDate>,
}

impl CentreCourse {
    /// `history.csv` and `actual.csv`.
    pub fn files(&self) -> (String, String) {
        let header = "timestamp,queue,offered,handled,abandoned,aht_seconds\n";
        let (mut history, mut actual) = (header.to_owned(), header.to_owned());
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        // An occurrence is a little stronger or weaker than the last.
        let strength: Vec<f64> = self.pulses.iter().map(|_| lognormal(&mut rng, EVENT_NOISE)).collect();
        let mut streams: Vec<ChaCha8Rng> = (0..self.queues.len()).map(|queue| self.stream(1 + queue as u64)).collect();
        let (mut shared, mut own) = (0.0, vec![0.0; self.queues.len()]);
        for day in 0..self.days.0 + self.days.1 {
            let date = self.first + Days::new(u64::from(day));
            shared = persist(shared, PERSISTENCE.0, self.shared_noise, &mut rng);
            for (level, (queue, stream)) in own.iter_mut().zip(self.queues.iter().zip(&mut streams)) {
                *level = persist(*level, PERSISTENCE.1, queue.day_noise.1, stream);
            }
            let text = if day < self.days.0 { &mut history } else { &mut actual };
            for (hour, shown) in self.civil_hours(date) {
                for (q, queue) in self.queues.iter().enumerate() {
                    if (queue.hours.0..queue.hours.1).contains(&hour) {
                        let noise = (shared * queue.day_noise.0 + own[q]).exp();
                        let row = self.row((q, date, hour), noise * shown, &strength, &mut streams[q]);
                        let _ = writeln!(text, "{date} {hour:02}:00,{},{row}", queue.name);
                    }
                }
            }
        }
        (history, actual)
    }

    /// A stream of random numbers of its own.
    fn stream(&self, number: u64) -> ChaCha8Rng {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(number);
        rng
    }

    /// Hours that the clock shows on a day, with how often: one is missing in spring; one comes twice in autumn, in one row.
    fn civil_hours(&self, date: NaiveDate) -> Vec<(u32, f64)> {
        let times = |hour: u32| date.and_hms_opt(hour, 0, 0).map(|time| self.zone.from_local_datetime(&time));
        let shown = |hour: u32| match times(hour) {
            Some(LocalResult::None) | None => 0.0,
            Some(LocalResult::Single(_)) => 1.0,
            Some(LocalResult::Ambiguous(..)) => 2.0,
        };
        (0..24).map(|hour| (hour, shown(hour))).filter(|(_, shown)| *shown > 0.0).collect()
    }

    /// Cells `offered,handled,abandoned,aht_seconds` of an hour.
    fn row(&self, (q, date, hour): (usize, NaiveDate, u32), noise: f64, strength: &[f64], rng: &mut ChaCha8Rng) -> String {
        let queue = &self.queues[q];
        let years = (date - self.first).num_days() as f64 / 365.25;
        let open: f64 = queue.profile[queue.hours.0 as usize..queue.hours.1 as usize].iter().sum();
        let usual = queue.per_day
            * queue.growth.powf(years)
            * (1.0 + queue.season.0 * (TAU * (f64::from(date.ordinal()) - queue.season.1) / 365.25).cos())
            * queue.weekdays[self.counts_as(date).num_days_from_monday() as usize]
            * queue.profile[hour as usize]
            / open;
        let (volume, handle, leaving) = self.acting(q, (date, hour), strength);
        let shape = queue.hour_noise.powi(-2);
        let level = Gamma::new(shape, 1.0 / shape).expect("the shape is above 0").sample(rng);
        let mean = usual * volume * noise * level;
        let offered = if mean > 0.0 { Poisson::new(mean).expect("the mean is above 0").sample(rng) } else { 0.0 };
        let rush = (offered / usual.max(1.0)).max(0.5);
        let leaving = queue.abandonment.map_or(0.0, |share| (share * leaving * rush * rush).min(0.6));
        let abandoned = Binomial::new(offered as u64, leaving).expect("a share is within 0 and 1").sample(rng);
        let handled = offered as u64 - abandoned;
        // Late hours are handled by fewer experts and take a little longer.
        let course = 1.0 + 0.04 * (TAU * (f64::from(hour) - 20.0) / 24.0).cos();
        let spread = lognormal(rng, queue.aht.2 / (handled.max(1) as f64).sqrt());
        let aht = queue.aht.0 * queue.aht.1.powf(years) * course * handle * spread;
        let aht = if handled == 0 { String::new() } else { format!("{aht:.0}") };
        format!("{offered:.0},{handled},{abandoned},{aht}")
    }

    /// Weekday that a date is worked as.
    fn counts_as(&self, date: NaiveDate) -> Weekday {
        if self.made_up.contains(&date) { Weekday::Fri } else { date.weekday() }
    }

    /// Factors of all events on volume, handle time and abandonment.
    fn acting(&self, q: usize, (date, hour): (NaiveDate, u32), strength: &[f64]) -> (f64, f64, f64) {
        let mut product = (1.0, 1.0, 1.0);
        for (pulse, strength) in self.pulses.iter().zip(strength) {
            let since = (date - pulse.days.0).num_days() as f64 * 24.0 + f64::from(hour);
            let share = match pulse.decay {
                Decay::Even if (pulse.days.0..=pulse.days.1).contains(&date) => {
                    f64::from(u8::from((pulse.hours.0..pulse.hours.1).contains(&hour)))
                }
                Decay::Launch if (0.0..LAUNCH_HOURS).contains(&since) => (-since / LAUNCH_DECAY_HOURS).exp(),
                _ => 0.0,
            };
            if share > 0.0 {
                let (volume, handle, leaving) = pulse.factors[q];
                product.0 *= 1.0 + share * (volume * strength - 1.0);
                product.1 *= 1.0 + share * (handle - 1.0);
                product.2 *= 1.0 + share * (leaving - 1.0);
            }
        }
        product
    }
}

/// A step of a stationary AR(1) with standard deviation `deviation`.
fn persist(level: f64, persistence: f64, deviation: f64, rng: &mut ChaCha8Rng) -> f64 {
    let innovation = deviation * (1.0 - persistence * persistence).sqrt();
    persistence * level + Normal::new(0.0, innovation).expect("the deviation is 0 or more").sample(rng)
}

/// A lognormal factor with median 1.
fn lognormal(rng: &mut ChaCha8Rng, deviation: f64) -> f64 {
    Normal::new(0.0, deviation).expect("the deviation is 0 or more").sample(rng).exp()
}
