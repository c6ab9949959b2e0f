//! Whose work an agent's paid time was: shares of the queues by the contacts expected while the agent is on contact.

use chrono::NaiveDate;
use solver_data::{AgentId, Centre, DemandForecast, Money, QueueId, Roster};

/// Shares of the queues in each agent's day; they add up to 1 where the agent can serve a queue at all.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueShares {
    queues: usize,
    dates: Vec<NaiveDate>,
    /// `[agent][day][queue]`, flat.
    work: Vec<f64>,
    /// Shares of an agent whose day has no expected work: those of the whole horizon, else equal parts.
    otherwise: Vec<Vec<f64>>,
}

impl QueueShares {
    /// In every interval the load of a queue falls in equal parts on those on contact who may serve it.
    pub fn of(centre: &Centre, roster: &Roster, demand: &DemandForecast) -> Self {
        let (agents, queues, grid) = (centre.agents.len(), centre.queues.len(), &roster.grid);
        let mut shares =
            Self { queues, dates: grid.dates().to_vec(), work: vec![0.0; agents * grid.days() * queues], otherwise: Vec::new() };
        let present: Vec<(AgentId, Vec<u32>)> =
            roster.tours.iter().map(|tour| (tour.agent, roster.on_contact(|agent| agent == tour.agent))).collect();
        for (q, forecast) in demand.queues.iter().enumerate().take(queues) {
            let queue = QueueId::from(q);
            let able: Vec<&(AgentId, Vec<u32>)> = present.iter().filter(|(agent, _)| centre.may_serve(*agent, queue)).collect();
            for t in 0..grid.len().min(forecast.mean.len()) {
                let aht = forecast.aht_seconds.as_ref().map_or(1.0, |aht| aht[t]);
                let there = able.iter().filter(|(_, present)| present[t] > 0).count();
                if there == 0 || forecast.mean[t] <= 0.0 {
                    continue;
                }
                let each = forecast.mean[t] * aht / there as f64;
                let day = grid.day_of(t);
                for (agent, _) in able.iter().filter(|(_, present)| present[t] > 0) {
                    shares.work[(usize::from(*agent) * grid.days() + day) * queues + q] += each;
                }
            }
        }
        shares.otherwise = centre.agents.ids().map(|agent| shares.fallback(centre, agent)).collect();
        shares
    }

    fn fallback(&self, centre: &Centre, agent: AgentId) -> Vec<f64> {
        let days = self.dates.len();
        let mut sums = vec![0.0; self.queues];
        for day in 0..days {
            for (q, sum) in sums.iter_mut().enumerate() {
                *sum += self.work[(usize::from(agent) * days + day) * self.queues + q];
            }
        }
        if sums.iter().sum::<f64>() <= 0.0 {
            sums = centre.queues.ids().map(|queue| if centre.may_serve(agent, queue) { 1.0 } else { 0.0 }).collect();
        }
        sums
    }

    /// Weights of the queues in an agent's day; all zero for an agent who may serve none.
    pub fn weights(&self, agent: AgentId, date: NaiveDate) -> &[f64] {
        let own = self.dates.iter().position(|&known| known == date).map(|day| {
            let from = (usize::from(agent) * self.dates.len() + day) * self.queues;
            &self.work[from..from + self.queues]
        });
        match own {
            Some(own) if own.iter().sum::<f64>() > 0.0 => own,
            _ => &self.otherwise[usize::from(agent)],
        }
    }
}

/// An amount in parts by weight that add up to it exactly: each is the rounded sum up to it less the one before.
pub(super) fn split(amount: Money, weights: &[f64]) -> Vec<Money> {
    let all: f64 = weights.iter().sum();
    let (mut sum, mut given) = (0.0, 0);
    let last = weights.iter().rposition(|&weight| weight > 0.0);
    weights
        .iter()
        .enumerate()
        .map(|(place, weight)| {
            sum += weight;
            let due = match last {
                Some(last) if place < last => (amount.0 as f64 * sum / all).round() as i64,
                Some(_) => amount.0,
                None => 0,
            };
            let part = due - given;
            given = due;
            Money(part)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_whatever_the_weights() {
        for (amount, weights) in
            [(100, vec![1.0, 1.0, 1.0]), (-7, vec![0.2, 0.0, 5.0]), (1, vec![0.0, 3.0]), (99_999, vec![1e-9, 1.0, 1e9])]
        {
            let parts = split(Money(amount), &weights);
            assert_eq!(parts.iter().copied().sum::<Money>(), Money(amount), "{weights:?}");
        }
        assert_eq!(split(Money(5), &[0.0, 0.0]), [Money(0), Money(0)]);
        assert_eq!(split(Money(9), &[1.0, 0.0, 2.0]), [Money(3), Money(0), Money(6)]);
    }
}
