//! The people of a synthetic centre: a stated table of groups, drawn start dates, absences and wishes.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Uniform};

/// Agents of one contract, level and set of skills.
pub struct Group {
    /// How many.
    pub count: usize,
    /// Contract.
    pub contract: &'static str,
    /// Level.
    pub level: &'static str,
    /// Skills, joined by `;`.
    pub skills: &'static str,
    /// Years in which they began, first and last.
    pub since: (i32, i32),
}

/// Days off known in advance.
pub struct Leave {
    /// Number of the agent, from 1.
    pub agent: usize,
    /// First and last day, counted from the first planned one.
    pub days: (u64, u64),
    /// Hours each day counts for.
    pub credited: Option<u32>,
}

/// All people of a centre.
pub struct Staff {
    /// Seed of all draws.
    pub seed: u64,
    /// First planned day, a Monday.
    pub start: NaiveDate,
    /// Groups, in order of the agents' numbers.
    pub groups: Vec<Group>,
    /// Agents with an earliest start or a latest end of their own.
    pub earliest: Vec<(usize, &'static str, &'static str)>,
    /// Leave.
    pub leaves: Vec<Leave>,
    /// Wishes for the first planned week.
    pub wishes: usize,
    /// Weights of a wish for a time and for a day off.
    pub weights: (u32, u32),
    /// Share of agents' days lost to sickness in the first planned week.
    pub absent: f64,
}

impl Staff {
    /// `agents.csv`.
    pub fn agents(&self) -> String {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        let mut text =
            String::from("agent,contract,level,skills,from,until,earliest,latest,days_worked_before,rested_minutes_before\n");
        let mut number = 0;
        for group in &self.groups {
            for _ in 0..group.count {
                number += 1;
                let year = group.since.0 + below(&mut rng, (group.since.1 - group.since.0 + 1) as usize) as i32;
                // Classes of newcomers start on the first of a month, at the latest three months before the plan.
                let from = format!("{year}-{:02}-01", 1 + below(&mut rng, 7));
                let own = self.earliest.iter().find(|own| own.0 == number);
                let (earliest, latest) = own.map_or(("", ""), |own| (own.1, own.2));
                let before = below(&mut rng, 4);
                let _ = writeln!(
                    text,
                    "{},{},{},{},{from},,{earliest},{latest},{before},",
                    code(number),
                    group.contract,
                    group.level,
                    group.skills
                );
            }
        }
        text
    }

    /// `time_off.csv`.
    pub fn time_off(&self) -> String {
        let mut text = String::from("agent,start,end,credited_hours\n");
        for leave in &self.leaves {
            let (first, last) = (self.start + Days::new(leave.days.0), self.start + Days::new(leave.days.1));
            let credited = leave.credited.map_or_else(String::new, |hours| hours.to_string());
            let _ = writeln!(text, "{},{first},{last},{credited}", code(leave.agent));
        }
        text
    }

    /// `requests.csv`.
    pub fn requests(&self) -> String {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed + 1);
        let mut wishes: Vec<(usize, u64)> = Vec::new();
        let mut text = String::from("agent,date,kind,value,weight\n");
        while wishes.len() < self.wishes {
            let wish = (1 + below(&mut rng, self.size()), below(&mut rng, 7) as u64);
            let away = |leave: &Leave| leave.agent == wish.0 && (leave.days.0..=leave.days.1).contains(&wish.1);
            if !wishes.contains(&wish) && !self.leaves.iter().any(away) {
                wishes.push(wish);
            }
        }
        wishes.sort_unstable();
        for (agent, day) in wishes {
            let (kind, weight) = match below(&mut rng, 4) {
                0 | 1 => ("day_off", self.weights.1),
                2 => ("early", self.weights.0),
                _ => ("late", self.weights.0),
            };
            let _ = writeln!(text, "{},{},{kind},,{weight}.00", code(agent), self.start + Days::new(day));
        }
        text
    }

    /// `attendance.csv`: who was absent in the first planned week, though it was not known in advance.
    pub fn attendance(&self) -> String {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed + 2);
        let mut text = String::from("agent,date,start,end,reason\n");
        for agent in 1..=self.size() {
            for day in 0..7 {
                let chance = below(&mut rng, 10_000) as f64 / 10_000.0;
                let away = |leave: &&Leave| leave.agent == agent && (leave.days.0..=leave.days.1).contains(&day);
                if chance < self.absent && !self.leaves.iter().any(|leave| away(&leave)) {
                    let _ = writeln!(text, "{},{},,,sick", code(agent), self.start + Days::new(day));
                }
            }
        }
        text
    }

    fn size(&self) -> usize {
        self.groups.iter().map(|group| group.count).sum()
    }
}

/// Code of an agent.
fn code(number: usize) -> String {
    format!("A{number:02}")
}

/// A number below `end`.
fn below(rng: &mut ChaCha8Rng, end: usize) -> usize {
    Uniform::new(0, end).expect("there is something to draw from").sample(rng)
}
