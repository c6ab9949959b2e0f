//! Whole agents for work that may wait: never before there is work, and in time for its deadline.

mod house;

use house::{centre, week};
use proptest::prelude::*;
use solver_data::{Channel, Deadline, DeadlineTarget, QueueId, ServiceTarget};
use staffing::deferred::{DeferredDemand, OpeningCalendar};
use staffing::requirement;

const EXPERT: QueueId = QueueId(2);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whole_agents_do_all_mail_by_its_deadline_and_are_never_there_for_nothing(volume in 0.2..60.0_f64, hours in 0.5..30.0_f64) {
        let demand = week(2, [0.0, 0.0, volume]);
        let mut centre = centre();
        let mail = &mut centre.queues[EXPERT];
        (mail.channel, mail.patience_seconds) = (Channel::Email, None);
        let within = Deadline::ClockHours(hours);
        mail.target = ServiceTarget { deadline: Some(DeadlineTarget { share: 1.0, within }), ..ServiceTarget::default() };
        let got = requirement(&centre, &demand).unwrap();
        let (grid, own) = (&demand.grid, demand.queue("expert").unwrap());
        let seconds = grid.interval_seconds();
        let work: Vec<f64> = got.queues[2].offered_load.iter().map(|load| load * seconds).collect();
        let days: Vec<u32> = (0..grid.len()).map(|t| grid.day_of(t) as u32).collect();
        let calendar = OpeningCalendar { open: &own.open, day: &days };
        let mail = DeferredDemand::new(work, seconds, within, &calendar);
        let capacity: Vec<f64> = got.queues[2].agents.iter().map(|&agents| f64::from(agents) * seconds).collect();
        let progress = mail.work_through(&capacity).unwrap();
        prop_assert!(progress.on_time_share > 1.0 - 1e-9, "{} of {volume} within {hours} h", progress.on_time_share);
        // Each agent has work, the last of an interval some of it.
        for (t, (&agents, worked)) in got.queues[2].agents.iter().zip(&progress.worked_seconds).enumerate() {
            prop_assert!(agents == 0 || *worked > f64::from(agents - 1) * seconds, "interval {t}: {agents} for {worked} s");
        }
    }
}
