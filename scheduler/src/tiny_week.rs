//! Tiny contact-centre weeks for tests, enumerated and recounted without the solver's code.

use proptest::prelude::*;
use solver_data::week::{ContactCentreWeek, WeekAgent, WeekAssignment, WeekBreak, WeekPrices, WeekQueue, WeekShift};

/// One agent's shifts: (day, row of the shift, break starts).
pub(crate) type TinyTour = Vec<(usize, usize, Vec<usize>)>;

/// An agent of tier `tier` with wide limits.
pub(crate) fn agent(id: usize, tier: u32, days: usize) -> WeekAgent {
    WeekAgent {
        id: format!("A{id}"),
        tier,
        contract: if id.is_multiple_of(2) { "FT" } else { "PT" }.to_owned(),
        lens: vec!["L0".to_owned(), "L1".to_owned()],
        min_paid: 240,
        max_paid: 2400,
        max_days: days as u32,
        max_consec: days as u32,
        prev_consec: 0,
        min_rest_q: 40,
        rate_cents_h: 1200 + 400 * i64::from(tier),
        no_night: false,
        avail: None,
        holiday: Vec::new(),
        day_off_req: Vec::new(),
        pref_band: "early".to_owned(),
        worked_last_weekend: false,
    }
}

/// A week of `days` days with these templates and agents and a requirement of `need` agents between 10:00 and 18:00.
pub(crate) fn week(days: usize, shifts: Vec<WeekShift>, agents: Vec<WeekAgent>, need: &[i64]) -> ContactCentreWeek {
    let queues = (1..=2).map(|tier| {
        let req = (0..days * 96).map(|t| {
            let wanted = need[(t / 8 + t / 96 * 5) % need.len()];
            let open = (36..76).contains(&(t % 96));
            if !open {
                0
            } else if tier == 1 {
                wanted
            } else {
                wanted / 2
            }
        });
        WeekQueue { id: format!("Q{tier}"), min_tier: tier, req: req.collect() }
    });
    ContactCentreWeek {
        name: "tiny".to_owned(),
        interval_min: 15,
        days,
        queues: queues.collect(),
        shifts,
        agents,
        cost: WeekPrices {
            under_interval: 4000,
            over_interval: 200,
            pref_band_day: 300,
            day_off_req: 2500,
            split_days_off: 1500,
            weekend_again_day: 1000,
        },
    }
}

/// A template of `class` with two breaks, the first from 4 to `4 + slack` quarters in, the second `apart` later.
pub(crate) fn template(class: usize, start: usize, slack: usize, apart: usize) -> WeekShift {
    let length = 20 + 12 * class;
    let first = start + 4;
    WeekShift {
        id: format!("L{class}@{start}"),
        len: format!("L{class}"),
        start,
        end: start + length,
        paid: (length as u32) * 15 - 30,
        night: start < 24 || start + length > 92,
        breaks: vec![
            WeekBreak { kind: "a".to_owned(), lo: first, hi: first + slack, len: 1 },
            WeekBreak { kind: "b".to_owned(), lo: first + apart, hi: first + apart + slack, len: 2 },
        ],
    }
}

/// Random tiny weeks: 2 agents, 3 days, 2 templates, breaks whose windows may meet.
pub(crate) fn tiny_weeks() -> impl Strategy<Value = ContactCentreWeek> {
    let shifts = prop::collection::vec((0..2usize, prop_oneof![30..45usize, 70..90usize], 0..2usize, 0..4usize), 2);
    let agents = prop::collection::vec((1..3u32, 0..4u32, 1..4u32, 0..5usize, 0..900u32), 2);
    (shifts, agents, prop::collection::vec(0..4i64, 4..9)).prop_map(|(shifts, agents, need)| {
        let shifts = shifts.into_iter().map(|(class, start, slack, apart)| template(class, start, slack, apart)).collect();
        let agents = agents.into_iter().enumerate().map(|(id, (tier, before, consecutive, off, least))| {
            let mut agent = agent(id, tier, 3);
            agent.prev_consec = before;
            agent.max_consec = consecutive;
            agent.holiday.extend((off < 3).then_some(off));
            agent.day_off_req = vec![(off + 1) % 3];
            agent.min_paid = if off == 4 { least } else { 0 };
            agent
        });
        week(3, shifts, agents.collect(), &need)
    })
}

/// Whether a tour keeps every rule of an agent.
pub(crate) fn keeps_rules(week: &ContactCentreWeek, agent: &WeekAgent, tour: &TinyTour) -> bool {
    let paid: u32 = tour.iter().map(|&(_, shift, _)| week.shifts[shift].paid).sum();
    let worked = |day: usize| tour.iter().find(|&&(on, _, _)| on == day);
    let (mut run, mut kept) = (agent.prev_consec, agent.min_paid <= paid && paid <= agent.max_paid);
    kept &= tour.len() as u32 <= agent.max_days;
    for day in 0..week.days {
        run = if worked(day).is_some() { run + 1 } else { 0 };
        kept &= run <= agent.max_consec;
        if let (Some(&(_, today, _)), Some(&(_, next, _))) = (worked(day), worked(day + 1)) {
            kept &= week.shifts[next].start + 96 >= week.shifts[today].end + agent.min_rest_q;
        }
    }
    kept && tour.iter().all(|(day, shift, breaks)| {
        let shift = &week.shifts[*shift];
        let inside = shift.breaks.iter().zip(breaks).all(|(pause, start)| (pause.lo..=pause.hi).contains(start));
        let ordered = shift.breaks.windows(2).zip(breaks.windows(2)).all(|(pause, at)| at[0] + pause[0].len <= at[1]);
        let hours = agent.avail.is_none_or(|(from, to)| from <= shift.start && shift.end <= to);
        let allowed = agent.lens.contains(&shift.len) && !agent.holiday.contains(day) && !(agent.no_night && shift.night);
        inside && ordered && hours && allowed && breaks.len() == shift.breaks.len()
    })
}

/// Pay and wishes of a tour.
pub(crate) fn tour_cost(week: &ContactCentreWeek, agent: &WeekAgent, tour: &TinyTour) -> i64 {
    let mut cost = 0;
    for &(day, shift, _) in tour {
        let shift = &week.shifts[shift];
        cost += i64::from(shift.paid) * agent.rate_cents_h / 60;
        cost += week.cost.pref_band_day * i64::from(agent.pref_band != "none" && shift.band() != agent.pref_band);
        cost += week.cost.day_off_req * i64::from(agent.day_off_req.contains(&day));
        cost += week.cost.weekend_again_day * i64::from(day >= 5 && agent.worked_last_weekend);
    }
    let off = |day: usize| tour.iter().all(|&(on, _, _)| on != day);
    let pair = (1..week.days).any(|day| off(day - 1) && off(day));
    if agent.contract == "FT" && !pair { cost + week.cost.split_days_off } else { cost }
}

/// Quarters on contact, wrapped round the week.
pub(crate) fn presence(week: &ContactCentreWeek, tour: &TinyTour) -> Vec<usize> {
    let mut present = Vec::new();
    for (day, shift, breaks) in tour {
        let shift = &week.shifts[*shift];
        let away = |q: usize| shift.breaks.iter().zip(breaks).any(|(pause, &at)| at <= q && q < at + pause.len);
        present.extend((shift.start..shift.end).filter(|&q| !away(q)).map(|q| (day * 96 + q) % (96 * week.days)));
    }
    present
}

/// Objective of a roster, counted from its definition.
pub(crate) fn roster_cost(week: &ContactCentreWeek, tours: &[TinyTour]) -> i64 {
    let mut total: i64 = week.agents.iter().zip(tours).map(|(agent, tour)| tour_cost(week, agent, tour)).sum();
    let mut on_contact = [vec![0i64; 96 * week.days], vec![0; 96 * week.days]];
    for (agent, tour) in week.agents.iter().zip(tours) {
        for t in presence(week, tour) {
            on_contact.iter_mut().take(agent.tier as usize).for_each(|row| row[t] += 1);
        }
    }
    for (t, (&all, &senior)) in on_contact[0].iter().zip(&on_contact[1]).enumerate() {
        let need = |tier: u32| week.queues.iter().filter(|queue| queue.min_tier >= tier).map(|queue| queue.req[t]).sum::<i64>();
        let short = (need(1) - all).max(need(2) - senior).max(0);
        total += week.cost.under_interval * short + week.cost.over_interval * (all + short - need(1));
    }
    total
}

/// Every tour an agent may work, break placements included.
pub(crate) fn all_tours(week: &ContactCentreWeek, agent: &WeekAgent) -> Vec<TinyTour> {
    let mut shifts: Vec<(usize, Vec<usize>)> = Vec::new();
    for (row, shift) in week.shifts.iter().enumerate() {
        let mut placed: Vec<Vec<usize>> = vec![Vec::new()];
        for pause in &shift.breaks {
            let longer =
                |starts: &Vec<usize>| (pause.lo..=pause.hi).map(|at| [starts.as_slice(), &[at]].concat()).collect::<Vec<_>>();
            placed = placed.iter().flat_map(longer).collect();
        }
        shifts.extend(placed.into_iter().map(|breaks| (row, breaks)));
    }
    let mut tours: Vec<TinyTour> = vec![Vec::new()];
    for day in 0..week.days {
        let longer = |tour: &TinyTour| {
            let mut longer = vec![tour.clone()];
            longer.extend(shifts.iter().map(|(row, breaks)| {
                let mut tour = tour.clone();
                tour.push((day, *row, breaks.clone()));
                tour
            }));
            longer
        };
        tours = tours.iter().flat_map(longer).collect();
    }
    tours.retain(|tour| keeps_rules(week, agent, tour));
    tours
}

/// Assignments as tours, one an agent.
pub(crate) fn tours_of(week: &ContactCentreWeek, assignments: &[WeekAssignment]) -> Vec<TinyTour> {
    let mut tours = vec![Vec::new(); week.agents.len()];
    for shift in assignments {
        tours[shift.agent].push((shift.day, shift.shift, shift.break_starts.clone()));
    }
    tours
}
