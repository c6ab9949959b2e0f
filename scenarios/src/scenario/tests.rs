use proptest::prelude::*;
use solver_data::scenario::{Alteration, Change, Clock, Direction, Many, Reach};
use solver_data::{AgentId, LevelId, Money, QueueId, Scenario, SkillId, Unwatched};

use super::small::{base, day};
use super::*;

fn everything() -> Reach {
    Reach { queues: vec![QueueId(0), QueueId(1)], from: day(1), until: day(7), weekdays: [true; 7], clock: Clock::AllDay }
}

fn scenario(changes: Vec<(Reach, Alteration)>) -> Scenario {
    let changes =
        changes.into_iter().map(|(reach, alteration)| Change { reach, alteration, place: (String::new(), 0) }).collect();
    Scenario { name: "s".to_owned(), title: "S".to_owned(), title_zh: None, description: String::new(), changes }
}

fn one(alteration: Alteration) -> Scenario {
    scenario(vec![(everything(), alteration)])
}

fn kept(alteration: Alteration) -> (Measured, Comparison) {
    let base = base();
    let before = Measured::of(&base.situation(), (base.replications, base.seed), &Unwatched).unwrap();
    let wish = Wish { rosters: vec![RosterChoice::Kept] };
    let comparison = compare((&base, &before), &one(alteration), &wish, &Unwatched).unwrap();
    (before, comparison)
}

fn difference(comparison: &Comparison, measure: Measure) -> f64 {
    comparison.figure(RosterChoice::Kept, measure).unwrap().mean
}

#[test]
fn a_scenario_without_changes_differs_by_exactly_nothing() {
    let base = base();
    let before = Measured::of(&base.situation(), (base.replications, base.seed), &Unwatched).unwrap();
    let wish = Wish { rosters: vec![RosterChoice::Kept] };
    let comparison = compare((&base, &before), &scenario(Vec::new()), &wish, &Unwatched).unwrap();
    for figure in &comparison.outcomes[0].1.figures {
        let difference = figure.difference.unwrap();
        assert_eq!((difference.mean, difference.half_width), (0.0, 0.0), "{figure:?}");
    }
    assert_eq!(comparison.restoration, None);
}

#[test]
fn a_replanned_base_differs_from_itself_by_exactly_nothing() {
    let mut base = base();
    let solved = super::replan::replan(&base, &apply(&base, &scenario(Vec::new())), base.seed, &Unwatched).unwrap();
    base.roster = solved.0.roster;
    base.summary = Some(solved.1);
    let before = Measured::of(&base.situation(), (base.replications, base.seed), &Unwatched).unwrap();
    let wish = Wish { rosters: vec![RosterChoice::Replanned] };
    let comparison = compare((&base, &before), &scenario(Vec::new()), &wish, &Unwatched).unwrap();
    for figure in &comparison.outcomes[0].1.figures {
        assert_eq!(figure.difference.unwrap().mean, 0.0, "{figure:?}");
    }
}

#[test]
fn more_contacts_cost_service_and_agents_by_hours_restore_it() {
    let (_, comparison) = kept(Alteration::Volume { factor: 1.3, add_per_hour: 0.0 });
    let service = comparison.service(RosterChoice::Kept).unwrap();
    assert!(service.mean + service.half_width < 0.0, "{service:?}");
    let restoration = comparison.restoration.as_ref().unwrap();
    assert!(!restoration.blocks.is_empty() && restoration.cost_per_day.0 > 0);
    assert!(restoration.restored.mean >= -0.01, "{restoration:?}");
}

#[test]
fn each_kind_moves_what_it_names() {
    let (before, longer) = kept(Alteration::HandleTime { factor: 1.5, seconds: None });
    let aht = before.certain(Measure::HandleTime).unwrap();
    assert!((difference(&longer, Measure::HandleTime) - 0.5 * aht).abs() < 1e-6);
    assert_eq!(difference(&longer, Measure::ExpectedContacts), 0.0);
    let (before, deflected) = kept(Alteration::Deflection { share: 0.6, aht_ratio: 0.8 });
    let contacts = before.certain(Measure::ExpectedContacts).unwrap();
    assert!((difference(&deflected, Measure::ExpectedContacts) + 0.6 * contacts).abs() < 1e-6);
    assert!((difference(&deflected, Measure::HandleTime) - 0.3 * aht).abs() < 1e-6);
    let (_, extra) = kept(Alteration::ExtraAgents { agents: 2 });
    assert!((difference(&extra, Measure::ContactHours) - 2.0 * 12.0 * 7.0).abs() < 1e-9);
    // 24 h × 7 days of juniors, on-costs included.
    assert_eq!(difference(&extra, Measure::Cost), 2.0 * 84.0 * 2_000.0 * 1.2);
    let (_, outsourced) = kept(Alteration::Outsource { share: 0.5, price: Money(200) });
    assert!((difference(&outsourced, Measure::Cost) - contacts * 0.5 * 200.0).abs() < 1.0);
    assert!(difference(&outsourced, Measure::ServiceLevel) > 0.0);
    let (_, fewer) =
        kept(Alteration::Headcount { many: Many::Share(0.25), direction: Direction::Fewer, level: None, contract: None });
    assert!((difference(&fewer, Measure::PaidHours) + 2.0 * 40.0).abs() < 1e-9);
    let (_, more) = kept(Alteration::Headcount {
        many: Many::Agents(2),
        direction: Direction::More,
        level: Some(LevelId(1)),
        contract: None,
    });
    assert!((difference(&more, Measure::PaidHours) - 2.0 * 40.0).abs() < 1e-9);
}

#[test]
fn mixes_launches_and_outages_keep_their_sums() {
    let base = base();
    let total = |scenario: &Scenario| -> Vec<f64> {
        apply(&base, scenario).inputs.demand.queues.iter().map(|queue| queue.mean.iter().sum()).collect()
    };
    let before = total(&scenario(Vec::new()));
    let mixed = total(&one(Alteration::Promotion { factor: 2.0, aht_factor: 1.0, mix: vec![(QueueId(1), 0.5)] }));
    let all: f64 = before.iter().sum();
    assert!((mixed[1] - all).abs() < 1e-9 && (mixed[0] - all).abs() < 1e-9, "{mixed:?}");
    let at = day(2).and_hms_opt(8, 0, 0).unwrap();
    let launched = total(&one(Alteration::Launch { at, factor: 3.0, hours: 72.0, aht_factor: 1.0 }));
    assert!(launched[0] > before[0] && launched[0] < 3.0 * before[0]);
    let reach = Reach { from: day(3), until: day(3), clock: Clock::Spans(vec![(600, 840)]), ..everything() };
    let failed = total(&scenario(vec![(reach, Alteration::Outage { factor: 2.0, aht_factor: 1.0, again: 0.5, hours: 2.0 })]));
    // Eight half-hours, of which six are at the peak of 14 contacts and two at 7: 98 more, and half of 196 again.
    assert!((failed[0] - before[0] - 98.0 - 98.0).abs() < 1e-9, "{}", failed[0] - before[0]);
}

#[test]
fn a_new_skill_takes_its_share_and_its_specialists() {
    let base = base();
    let change =
        Alteration::NewSkill { name: "gold".to_owned(), share: 0.2, aht_factor: 1.5, many: Many::Share(0.5), lowest_level: None };
    let applied = apply(&base, &one(change));
    let (centre, demand) = (&applied.inputs.centre, &applied.inputs.demand);
    assert_eq!((centre.queues.len(), demand.queues.len(), demand.day_errors.queues()), (3, 3, 3));
    let sum = |q: usize| demand.queues[q].mean.iter().sum::<f64>();
    let all: f64 = base.demand.queues.iter().flat_map(|queue| &queue.mean).sum();
    assert!((sum(2) - 0.2 * all).abs() < 1e-9 && (sum(0) + sum(1) - 0.8 * all).abs() < 1e-9);
    assert_eq!(centre.agents.iter().filter(|agent| agent.skills.contains(&SkillId(2))).count(), 4);
    let measured = Measured::of(&applied.kept(), (5, base.seed), &Unwatched).unwrap();
    assert!(measured.samples.replications[0].queues[2].offered > 0.0);
}

#[test]
fn overtime_time_off_and_training_change_shifts() {
    let base = base();
    let evening = Reach { clock: Clock::Spans(vec![(900, 1200)]), ..everything() };
    let longer = apply(
        &base,
        &scenario(vec![(evening.clone(), Alteration::Overtime { many: Many::Agents(1), minutes: 60, premium: 0.5 })]),
    );
    assert_eq!(longer.kept().overtime_minutes, 7 * 60);
    let off = apply(&base, &scenario(vec![(evening, Alteration::TimeOff { many: Many::Share(1.0), paid: 0.0 })])).kept();
    let ends = off.roster.tours.iter().flat_map(|tour| &tour.shifts).map(|shift| shift.end.time()).max().unwrap();
    assert_eq!(ends.to_string(), "15:00:00");
    let noon = Reach { clock: Clock::Spans(vec![(840, 960)]), ..everything() };
    let trained = apply(&base, &scenario(vec![(noon, Alteration::Training { minutes: 60 })])).kept();
    assert!(trained.centre.shrinkage.planned.get() < base.centre.shrinkage.planned.get());
    for tour in &trained.roster.tours {
        let pauses = tour.shifts.iter().flat_map(|shift| &shift.breaks);
        assert_eq!(pauses.filter(|pause| pause.kind == "training").count(), 1, "agent {}", tour.agent.0);
    }
}

#[test]
fn hours_open_and_close_with_their_contacts() {
    let base = base();
    let hours = solver_data::WeeklyHours { spans: std::array::from_fn(|_| vec![(480, 1320)]) };
    let later = apply(&base, &one(Alteration::OpeningHours { hours, new_demand: 0.5, moved: 0.0 }));
    // Four half-hours more on seven days, each half of 7 contacts.
    let more = later.inputs.demand.queues[0].mean.iter().sum::<f64>() - base.demand.queues[0].mean.iter().sum::<f64>();
    assert!((more - 4.0 * 7.0 * 3.5).abs() < 1e-9, "{more}");
    let reach = Reach { until: day(1), clock: Clock::Spans(vec![(480, 600)]), ..everything() };
    let closed = apply(&base, &scenario(vec![(reach, Alteration::Closure { moved: 1.0 })]));
    let sum = |demand: &solver_data::DemandForecast| demand.queues[0].mean.iter().sum::<f64>();
    assert!((sum(&closed.inputs.demand) - sum(&base.demand)).abs() < 1e-9);
    assert!(!closed.inputs.demand.queues[0].open[16]);
}

#[test]
fn extra_agents_are_nobody_s_to_roster() {
    let base = base();
    let applied = apply(&base, &one(Alteration::ExtraAgents { agents: 3 }));
    let (planned, _) = super::replan::replan(&base, &applied, base.seed, &Unwatched).unwrap();
    assert!(planned.roster.tours.iter().all(|tour| tour.agent < AgentId(8) || tour.shifts.is_empty()));
    assert_eq!(planned.roster.reaching.len(), 3);
}

#[test]
fn goals_lie_where_the_service_level_is_just_met() {
    let base = base();
    let today = Measured::of(&base.situation(), (base.replications, base.seed), &Unwatched).unwrap();
    let level = today.simulated(&today, Measure::ServiceLevel).value;
    let promotion = seek(&base, &GoalWish::of_everything(&base, Goal::Promotion, level - 0.1), &Unwatched).unwrap();
    assert!(promotion.met && promotion.value > 1.0 && promotion.reached.mean < level - 0.09, "{promotion:?}");
    let handle = seek(&base, &GoalWish::of_everything(&base, Goal::HandleTime, (level + 0.05).min(0.99)), &Unwatched).unwrap();
    assert!(handle.value < handle.today, "{handle:?}");
}

#[test]
fn the_catalogue_has_the_scenarios_of_its_names() {
    assert!(catalog::SCENARIOS.iter().all(|(name, text)| catalog::text(name) == Some(text) && text.contains("title_zh")));
    assert_eq!(catalog::text("Flu-Week"), catalog::text("flu_week"));
    assert_eq!(catalog::text("nothing"), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn demand_stays_finite_and_closed_hours_stay_empty(
        factor in 0.0_f64..5.0, add in -50.0_f64..50.0, share in 0.0_f64..0.95, ratio in 0.1_f64..1.0,
    ) {
        let base = base();
        let changes = vec![
            (everything(), Alteration::Volume { factor, add_per_hour: add }),
            (everything(), Alteration::Deflection { share, aht_ratio: ratio }),
            (everything(), Alteration::Outage { factor: 1.5, aht_factor: 1.2, again: 0.3, hours: 2.0 }),
        ];
        let applied = apply(&base, &scenario(changes));
        for queue in &applied.inputs.demand.queues {
            prop_assert!(queue.mean.iter().all(|mean| mean.is_finite() && *mean >= 0.0));
            prop_assert!(queue.mean.iter().zip(&queue.open).all(|(mean, open)| *open || *mean == 0.0));
            prop_assert!(queue.aht_seconds.iter().flatten().all(|seconds| seconds.is_finite() && *seconds > 0.0));
        }
    }

    #[test]
    fn service_never_rises_with_contacts(factor in 1.0_f64..2.0) {
        let (_, more) = kept(Alteration::Volume { factor, add_per_hour: 0.0 });
        // A contact more moves the others a little, so chance may help by a hair.
        prop_assert!(difference(&more, Measure::ServiceLevel) <= 0.01);
    }
}
