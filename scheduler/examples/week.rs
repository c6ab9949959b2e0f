//! Solves a contact-centre week.
use std::time::Instant;

use solver_data::week::ContactCentreWeek;
use solver_data::{Seed, SolveLimits, SolveProgress, Watch};

struct Clock(Instant, std::sync::Mutex<f64>);

impl Watch for Clock {
    fn elapsed_seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
    fn interrupted(&self) -> bool {
        false
    }
    fn solve_progress(&self, p: &SolveProgress) {
        let mut last = self.1.lock().unwrap();
        let now = self.elapsed_seconds();
        if now - *last > 2.0 {
            *last = now;
            eprintln!("{now:6.1}s {:?} {:?} gap {:?} rounds {}", p.incumbent, p.bound, p.gap(), p.iterations.0);
        }
    }
    fn stage_progress(&self, _: &str, _: u64, _: u64) {}
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let week: ContactCentreWeek = serde_json::from_str(&std::fs::read_to_string(&args[1]).unwrap()).unwrap();
    let seconds: f64 = args[2].parse().unwrap();
    let seed: u64 = args.get(4).map_or(0, |s| s.parse().unwrap());
    let iterations = args.get(5).and_then(|s| s.parse().ok());
    let limits =
        SolveLimits { seconds: Some(seconds), gap: 1e-4, iterations, threads: args.get(6).map_or(2, |s| s.parse().unwrap()) };
    let clock = Clock(Instant::now(), std::sync::Mutex::new(-9.0));
    let solved = scheduler::solve_week(&week, &limits, Seed(seed), &clock).unwrap();
    eprintln!(
        "{} bound {} gap {:.4} {:?} rounds {}",
        solved.objective,
        solved.bound,
        solved.gap(),
        solved.stop_reason,
        solved.iterations
    );
    let mut out = String::from("agent,day,shift,break_starts\n");
    for a in &solved.assignments {
        let starts: Vec<String> = a.break_starts.iter().map(ToString::to_string).collect();
        out += &format!("{},{},{},{}\n", week.agents[a.agent].id, a.day, week.shifts[a.shift].id, starts.join(";"));
    }
    std::fs::write(&args[3], out).unwrap();
}
