//! Rosters around the clock against queueing theory: chat, redials, escalation, priorities.
//!
//! Each centre runs for days at a constant rate, exponential throughout, so that its means are those of the stationary
//! formula; the first day is left out. Compared by confidence interval under a fixed seed, plus the stated slack where the
//! formula assumes what a floor does not do.

mod small_centre;

use simulation::{RosterSimulation, simulate_roster};
use small_centre::{agent, centre, everybody, forecast, grid, queue};
use solver_data::{
    Agent, Channel, Escalation, Estimate, Queue, QueueId, Redial, Seed, ServiceMeasures, ServicePerformance, ServiceTarget,
    TimeShape, Unwatched,
};

const DAYS: u32 = 6;
const REPLICATIONS: u32 = 30;

fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

fn number(cell: &str) -> f64 {
    cell.parse().expect("the reference holds numbers")
}

/// A queue with exponential times throughout.
fn exponential(number: u32, priority: i32, patience: Option<f64>, aht: f64) -> Queue {
    let mut queue = queue(number, priority, patience);
    queue.handling.handle_shape = TimeShape::Exponential;
    queue.aht_seconds = Some(aht);
    queue
}

/// Agents around the clock and each queue's contacts a minute.
fn stationary(queues: Vec<Queue>, agents: Vec<Agent>, per_minute: &[f64]) -> ServicePerformance {
    let (staff, grid) = (agents.len(), grid(DAYS));
    let centre = centre(queues, agents);
    let mut forecast = forecast(&centre, &grid, (0, 24), 0.0);
    for (own, rate) in forecast.queues.iter_mut().zip(per_minute) {
        own.mean = vec![30.0 * rate; grid.len()];
        own.aht_seconds = None;
    }
    let roster = everybody(&grid, staff, (0, 24));
    let request = RosterSimulation {
        centre: &centre,
        forecast: &forecast,
        roster: &roster,
        replications: REPLICATIONS,
        absence: 0.0,
        seed: Seed(11),
    };
    simulate_roster(&request, &Unwatched).expect("the request is sound")
}

/// Mean over the days but the first, and a cautious half-width: the days of a replication hang together a little.
fn settled(performance: &ServicePerformance, queue: usize, of: impl Fn(&ServiceMeasures) -> Estimate) -> (f64, f64) {
    let days: Vec<Estimate> = performance.queues[queue].days[1..].iter().map(of).collect();
    let count = days.len() as f64;
    let mean = days.iter().map(|day| day.mean).sum::<f64>() / count;
    let half_width = days.iter().map(|day| day.half_width.powi(2)).sum::<f64>().sqrt() / count;
    (mean, 1.6 * half_width)
}

#[track_caller]
fn agrees((mean, half_width): (f64, f64), exact: f64, slack: f64) {
    assert!((mean - exact).abs() <= half_width + slack, "{mean} ± {half_width} for {exact}, slack {slack}");
}

#[test]
fn chats_abandon_and_are_answered_as_the_birth_death_chain_says() {
    for row in rows(include_str!("data/chat_concurrency.csv")) {
        let (rate, agents, concurrency) = (number(row[0]), number(row[1]) as usize, row[2].parse::<u32>().unwrap());
        let aht: Vec<f64> = row[3].split('|').map(number).collect();
        let mut chat = exponential(0, 1, Some(number(row[4])), aht[0]);
        chat.channel = Channel::Chat;
        chat.concurrency = concurrency;
        chat.handling.concurrency_factors = aht.iter().map(|own| own / aht[0]).collect();
        chat.target = ServiceTarget::share_within(0.8, 30.0);
        let performance = stationary(vec![chat], vec![agent(&[0]); agents], &[rate]);
        // The chain hands chats over so that loads never differ by more than one; a floor does not, and an agent with
        // many chats is slower for each. Where a chat takes as long in any company the chain is exact.
        let exact = aht.iter().all(|own| (own - aht[0]).abs() < 1e-9);
        let (p_abandon, in_time) = (number(row[6]), number(row[7]));
        let slack = if exact { 0.0 } else { 1.0 };
        let lost = settled(&performance, 0, |day| day.abandonment);
        let served = settled(&performance, 0, |day| day.service_level);
        println!("{row:?}: {lost:?} for {p_abandon}, {served:?} for {in_time}");
        agrees(lost, p_abandon, slack * 0.15 * p_abandon);
        agrees(served, in_time, slack * 0.15 * (1.0 - in_time));
    }
}

#[test]
fn redials_after_a_long_time_come_to_their_fixed_point() {
    let wanted = [("10", "10", "60", "0.6"), ("10", "10", "300", "0.6"), ("48", "50", "300", "0.9")];
    for row in rows(include_str!("data/retrials_fixed_point.csv")) {
        if !wanted.contains(&(row[1], row[2], row[3], row[4])) || row[0] != "A" {
            continue;
        }
        let (offered, agents, share) = (number(row[1]), number(row[2]) as usize, number(row[4]));
        let mut voice = exponential(0, 1, Some(number(row[3])), 180.0);
        voice.handling.redial = Some(Redial { share, after_seconds: 7200.0 });
        let rate = offered / 3.0;
        let performance = stationary(vec![voice], vec![agent(&[0]); agents], &[rate]);
        let total = settled(&performance, 0, |day| day.offered);
        let factor = (total.0 / (1440.0 * rate), total.1 / (1440.0 * rate));
        // Redials of the same bad hour come in the same later hours: a little more than the formula's steady stream.
        agrees(factor, number(row[5]), 0.002);
        agrees(settled(&performance, 0, |day| day.abandonment), number(row[6]), 0.003);
        assert!(performance.queues[0].detail.flow.redials.mean > 0.0);
    }
}

#[test]
fn escalated_contacts_wait_as_two_queues_in_a_row_do() {
    for row in rows(include_str!("data/tier_escalation_exact.csv")) {
        let (rate, juniors, share, seniors) = (number(row[0]), number(row[2]) as usize, number(row[3]), number(row[5]) as usize);
        let mut first = exponential(0, 1, None, number(row[1]));
        first.handling.escalation = Some(Escalation { to: QueueId(1), share: vec![share] });
        let mut second = exponential(1, 1, None, number(row[4]));
        second.target = ServiceTarget::share_within(0.8, 60.0);
        let agents = [vec![agent(&[0]); juniors], vec![agent(&[1]); seniors]].concat();
        let performance = stationary(vec![first, second], agents, &[rate, 0.0]);
        agrees(settled(&performance, 0, |day| day.asa_seconds), number(row[6]), 0.0);
        agrees(settled(&performance, 0, |day| day.service_level), number(row[7]), 0.0);
        agrees(settled(&performance, 1, |day| day.asa_seconds), number(row[8]), 0.0);
        agrees(settled(&performance, 1, |day| day.service_level), number(row[9]), 0.0);
        let escalated = performance.queues[1].detail.flow.escalated;
        let expected = rate * share * 1440.0 * f64::from(DAYS);
        assert!((escalated.mean - expected).abs() < 2.0 * escalated.half_width + 2.0, "{escalated:?} for {expected}");
    }
}

#[test]
fn priorities_share_out_the_waiting_as_the_formula_says() {
    let text = include_str!("data/priority_exact.csv");
    let mut models: Vec<Vec<&str>> = Vec::new();
    for row in rows(text) {
        if models.iter().all(|model| model[..3] != row[..3]) {
            models.push(row);
        }
    }
    assert!(models.len() > 2);
    for model in models {
        let (agents, aht) = (number(model[0]) as usize, number(model[1]));
        let rates: Vec<f64> = model[2].split('|').map(number).collect();
        let classes = rates.len() as u32;
        let queues = (0..classes).map(|class| exponential(class, (classes - class) as i32, None, aht)).collect();
        let skills: Vec<u32> = (0..classes).collect();
        let performance = stationary(queues, vec![agent(&skills); agents], &rates);
        for row in rows(text).filter(|row| row[..3] == model[..3]) {
            let class: usize = row[3].parse().unwrap();
            agrees(settled(&performance, class - 1, |day| day.asa_seconds), number(row[4]), 0.0);
        }
    }
}
