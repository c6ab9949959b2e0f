//! Shares by week: exponentially weighted, Dirichlet-smoothed, with a damped trend where it has paid.
//!
//! Notation: n[w, v] contacts of value v in week w before the origin, p[v] smoothed share, b[v] change of ln p a week.
//!
//! p[v] = (Σ λ^w n[w, v] + α / V) / (Σ λ^w n[w] + α); ahead, p[v] exp(b[v] Σ φ^k), normalised. Half-life and trend are chosen
//! by the rolling log loss four weeks ahead.

/// Half-lives in weeks that are tried.
const HALF_LIVES: [f64; 4] = [2.0, 6.0, 16.0, 52.0];
/// Pseudo-contacts α spread evenly over the values.
const PRIOR_CONTACTS: f64 = 5.0;
/// Weeks back over which the trend is measured.
const TREND_WEEKS: usize = 12;
/// Damping φ of the trend a week: a half-life of eleven weeks.
const DAMPING: f64 = 0.94;
/// How much of the measured trend is believed.
const TREND_SHARE: f64 = 0.7;
/// Weeks ahead at which courses are judged.
const LEAD: usize = 4;
/// Origins of the rolling comparison.
const ORIGINS: usize = 16;
/// Log loss a contact by which a trend must win to be believed.
const TREND_GAIN: f64 = 1e-4;

/// Whether shares go on as they went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trend {
    Flat,
    Damped,
}

/// Smoothed shares at an origin and where they tend.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ShareCourse {
    /// Share of each value at the origin.
    now: Vec<f64>,
    /// Change of the logarithm a week.
    slope: Vec<f64>,
    /// Weeks without counts before the origin.
    silent: f64,
    /// Standard deviation of each value's share beyond counting noise.
    pub(super) sd: Vec<f64>,
}

impl ShareCourse {
    /// Learned from weekly counts, the latest week first: `weeks[w][v]`.
    pub(super) fn learned(weeks: &[Vec<f64>]) -> Self {
        // Weeks without a count before the origin only lengthen the way ahead.
        let silent = weeks.iter().take_while(|week| week.iter().sum::<f64>() <= 0.0).count();
        let weeks = &weeks[silent.min(weeks.len().saturating_sub(1))..];
        let mut best = (f64::INFINITY, HALF_LIVES[2], Trend::Flat);
        for half_life in HALF_LIVES {
            for (trend, price) in [(Trend::Flat, 0.0), (Trend::Damped, TREND_GAIN)] {
                let loss = rolling_loss(weeks, half_life, trend) + price;
                if loss < best.0 {
                    best = (loss, half_life, trend);
                }
            }
        }
        let (_, half_life, trend) = best;
        let (now, slope) = fitted(weeks, half_life, trend);
        Self { sd: spread(weeks, half_life, trend, now.len()), now, slope, silent: silent as f64 }
    }

    /// Shares `ahead` weeks after the origin; they sum to 1.
    pub(super) fn ahead(&self, ahead: f64) -> Vec<f64> {
        projected(&self.now, &self.slope, ahead + self.silent)
    }
}

fn projected(now: &[f64], slope: &[f64], ahead: f64) -> Vec<f64> {
    let reach = DAMPING * (1.0 - DAMPING.powf(ahead.max(0.0))) / (1.0 - DAMPING);
    let raw: Vec<f64> = now.iter().zip(slope).map(|(p, b)| p * (b * reach).exp()).collect();
    let sum: f64 = raw.iter().sum();
    raw.iter().map(|p| p / sum).collect()
}

/// Shares at the origin and their slopes.
fn fitted(weeks: &[Vec<f64>], half_life: f64, trend: Trend) -> (Vec<f64>, Vec<f64>) {
    let (now, age) = smoothed(weeks, half_life);
    if trend == Trend::Flat || weeks.len() <= TREND_WEEKS {
        let flat = vec![0.0; now.len()];
        return (now, flat);
    }
    let (then, earlier) = smoothed(&weeks[TREND_WEEKS..], half_life);
    let apart = TREND_WEEKS as f64 + earlier - age;
    let slope: Vec<f64> = now.iter().zip(&then).map(|(p, q)| TREND_SHARE * (p / q).ln() / apart.max(1.0)).collect();
    // The mean of the past lies some weeks back: the trend has gone on since.
    let raw: Vec<f64> = now.iter().zip(&slope).map(|(p, b)| p * (b * age).exp()).collect();
    let sum: f64 = raw.iter().sum();
    (raw.iter().map(|p| p / sum).collect(), slope)
}

/// Smoothed shares and the mean age in weeks of the contacts behind them.
fn smoothed(weeks: &[Vec<f64>], half_life: f64) -> (Vec<f64>, f64) {
    let values = weeks.first().map_or(0, Vec::len);
    let mut sums = vec![PRIOR_CONTACTS / values.max(1) as f64; values];
    let (mut total, mut age, mut counted) = (PRIOR_CONTACTS, 0.0, 0.0);
    for (w, week) in weeks.iter().enumerate() {
        let memory = 0.5_f64.powf(w as f64 / half_life);
        for (sum, n) in sums.iter_mut().zip(week) {
            *sum += memory * n;
            total += memory * n;
            age += memory * n * (w as f64 + 0.5);
            counted += memory * n;
        }
    }
    (sums.iter().map(|sum| sum / total).collect(), if counted > 0.0 { age / counted } else { 0.0 })
}

/// Mean over recent origins of -Σ n ln p / Σ n four weeks later.
fn rolling_loss(weeks: &[Vec<f64>], half_life: f64, trend: Trend) -> f64 {
    let (mut loss, mut contacts) = (0.0, 0.0);
    for (week, shares) in rolling(weeks, half_life, trend) {
        for (n, p) in weeks[week].iter().zip(&shares) {
            loss -= n * p.max(1e-9).ln();
            contacts += n;
        }
    }
    // Too short for a comparison: the middle half-life without trend stands first.
    if contacts > 0.0 { loss / contacts } else { (half_life - HALF_LIVES[2]).abs() + f64::from(u8::from(trend == Trend::Damped)) }
}

/// Standard deviation of observed weekly shares about those forecast, beyond multinomial noise.
fn spread(weeks: &[Vec<f64>], half_life: f64, trend: Trend, values: usize) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); values];
    for (week, shares) in rolling(weeks, half_life, trend) {
        let total: f64 = weeks[week].iter().sum();
        if total > 0.0 {
            for ((sum, n), p) in sums.iter_mut().zip(&weeks[week]).zip(&shares) {
                *sum = (sum.0 + (n / total - p).powi(2) - p * (1.0 - p) / total, sum.1 + 1.0);
            }
        }
    }
    sums.iter().map(|(sum, number)| if *number > 0.0 { (sum / number).max(0.0).sqrt() } else { 0.05 }).collect()
}

/// Weeks judged, each with the shares forecast for it four weeks before.
fn rolling(weeks: &[Vec<f64>], half_life: f64, trend: Trend) -> impl Iterator<Item = (usize, Vec<f64>)> {
    (0..ORIGINS).filter(move |week| week + LEAD < weeks.len()).map(move |week| {
        let (now, slope) = fitted(&weeks[week + LEAD..], half_life, trend);
        (week, projected(&now, &slope, LEAD as f64 - 0.5))
    })
}
