//! Methods of sizing side by side, as `shiftcast staff --compare` prints them.

use std::fmt::Write;

use scenarios::staffing::{ComparedMethod, MethodComparison};
use solver_data::{Centre, DemandForecast};

/// One row for each queue, then for all queues as one pool, and each method: agent-hours on contact, their difference to
/// interval Erlang C, agent-hours weighted by premiums, and the service they give; `score` is empty without score bands.
pub fn comparison_csv(centre: &Centre, methods: &[MethodComparison]) -> String {
    let mut text = String::from(
        "queue,method,agent_hours,against_erlang_c,premium_weighted_hours,service_level,abandonment,worst_interval,score\n",
    );
    for row in methods {
        let base = methods.iter().find(|base| base.queues == row.queues && base.method == ComparedMethod::IntervalErlangC);
        let change = base.filter(|base| base.agent_hours > 0.0).map(|base| row.agent_hours / base.agent_hours - 1.0);
        let score = centre.score_bands.map(|bands| bands.score(row.service_level).to_string());
        // Writing into a string never fails.
        let _ = writeln!(
            text,
            "{},{},{:.2},{},{:.2},{:.4},{:.4},{:.4},{}",
            row.queues.label(centre),
            row.method.name(),
            row.agent_hours,
            change.map_or_else(String::new, |change| format!("{change:.4}")),
            row.paid_hours,
            row.service_level,
            row.abandonment,
            row.worst_interval,
            score.unwrap_or_default(),
        );
    }
    text
}

/// Which queues with contacts a comparison leaves out and why; `None` where it has all.
pub fn left_out(centre: &Centre, demand: &DemandForecast, methods: &[MethodComparison]) -> Option<String> {
    let missing = |(id, queue): &(solver_data::QueueId, &solver_data::Queue)| {
        let busy = demand.queue(&queue.name).is_some_and(|forecast| forecast.mean.iter().any(|mean| *mean > 0.0));
        busy && !methods.iter().any(|row| row.queues.contains(*id))
    };
    let names = |live: bool| -> Vec<&str> {
        let own = centre.queues.entries().filter(missing).filter(|(_, queue)| queue.channel.is_live() == live);
        own.map(|(_, queue)| queue.name.as_str()).collect()
    };
    let (deferred, unpromised) = (names(false), names(true));
    let mut parts = Vec::new();
    if !deferred.is_empty() {
        parts.push(format!("{}, whose work may wait", deferred.join(", ")));
    }
    if !unpromised.is_empty() {
        parts.push(format!("{}, without a promise", unpromised.join(", ")));
    }
    (!parts.is_empty()).then(|| format!("left out of the comparison: {}", parts.join("; ")))
}
