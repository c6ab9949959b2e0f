//! The least number of agents that keeps limits which each agent eases.
//!
//! The excess e(n) of a number of agents, positive where a limit is missed, changes sign once. In units of √a it is nearly
//! a straight line: a stride of e √n brackets the change, and interpolation in turn with bisection closes the bracket.
//! The excess guides the search and decides nothing.

/// Most agents tried before a target is out of reach.
pub(crate) const MOST_AGENTS: u32 = 1 << 30;

/// A number of agents that was tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trial {
    pub(crate) agents: u32,
    pub(crate) keeps: bool,
    /// The largest ln(measure / limit); infinite or NaN where either vanishes.
    pub(crate) excess: f64,
}

impl Trial {
    /// Agents to step over to the other side of the target, `scale` being √n; longer after each step that fell short.
    fn stride(self, scale: f64, stretch: u32) -> u32 {
        let agents = if self.excess.is_finite() { self.excess.abs() * scale } else { scale };
        (agents.min(1e9) as u32 + 1).saturating_mul(stretch)
    }

    fn middle(self, keeps: Trial) -> u32 {
        self.agents + (keeps.agents - self.agents) / 2
    }

    /// Where the straight line between the two trials crosses zero, strictly between them.
    fn interpolate(self, keeps: Trial) -> u32 {
        let share = self.excess / (self.excess - keeps.excess);
        if !(0.0..=1.0).contains(&share) {
            return self.middle(keeps);
        }
        let step = (share * f64::from(keeps.agents - self.agents)).round() as u32;
        self.agents + step.clamp(1, keeps.agents - self.agents - 1)
    }
}

/// The least number of agents in `least..=most` that `judge` lets keep, from a `guess`; `None` where `most` do not.
pub(crate) fn least_keeping(least: u32, most: u32, guess: u32, judge: impl Fn(u32) -> Trial) -> Option<u32> {
    if least > most {
        return None;
    }
    let (mut misses, mut keeps) = bracket(least, most, guess.clamp(least, most), &judge)?;
    let mut bisect = false;
    while keeps.agents - misses.agents > 1 {
        let middle = judge(if bisect { misses.middle(keeps) } else { misses.interpolate(keeps) });
        bisect = !bisect;
        if middle.keeps {
            keeps = middle;
        } else {
            misses = middle;
        }
    }
    Some(keeps.agents)
}

/// Agents that miss the target (or one less than the least) and agents that keep it.
fn bracket(least: u32, most: u32, guess: u32, judge: &impl Fn(u32) -> Trial) -> Option<(Trial, Trial)> {
    let (mut at, mut stretch) = (judge(guess), 1);
    let scale = f64::from(guess).sqrt();
    if at.keeps {
        while at.agents > least {
            let below = judge(at.agents.saturating_sub(at.stride(scale, stretch)).max(least));
            if !below.keeps {
                return Some((below, at));
            }
            (at, stretch) = (below, stretch.saturating_mul(2));
        }
        return Some((Trial { agents: least.saturating_sub(1), keeps: false, excess: f64::INFINITY }, at));
    }
    while at.agents < most {
        let above = judge(at.agents.saturating_add(at.stride(scale, stretch)).min(most));
        if above.keeps {
            return Some((at, above));
        }
        (at, stretch) = (above, stretch.saturating_mul(2));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_is_found_from_any_guess_and_with_an_excess_that_misleads() {
        for least_keeping_at in [1_u32, 2, 17, 1000, 99_999] {
            for guess in [1, 16, 18, 5000, 100_000] {
                for excess in [f64::NAN, f64::INFINITY, 0.3, -4.0] {
                    let judge = |agents| Trial { agents, keeps: agents >= least_keeping_at, excess };
                    assert_eq!(least_keeping(1, 100_000, guess, judge), Some(least_keeping_at));
                }
            }
        }
        assert_eq!(least_keeping(1, 10, 5, |agents| Trial { agents, keeps: false, excess: 1.0 }), None);
    }
}
