//! Need and coverage: required, scheduled and on contact, the differences and what they do to service.

use maud::{Markup, html};

use crate::report::chart::{HeatMap, PANEL_WIDTH, StepArea, WIDE, heat_map, step_area};
use crate::report::figure::{Figure, panel};
use crate::report::number;
use crate::report::table::Table;
use crate::report::week::{Promise, Week};
use crate::report::words::{Language, counted};

/// The section.
pub fn section(week: &Week<'_>) -> Markup {
    html! { (coverage(week)) (heat(week)) (pooling(week)) (super::methods::methods(week)) }
}

/// Simulated share answered in time by interval; `None` where hardly anybody calls.
pub fn service_strip(week: &Week<'_>) -> Vec<Option<(f64, f64)>> {
    let intervals = &week.planned.performance.overall.intervals;
    (0..week.grid().len())
        .map(|t| {
            let measures = intervals.get(t).filter(|measures| measures.offered.mean > 0.05)?;
            Some((measures.service_level.mean, measures.service_level.half_width))
        })
        .collect()
}

fn coverage(week: &Week<'_>) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let largest = week.coverage.scheduled.iter().chain(&week.coverage.required).copied().fold(0.0, f64::max);
    let service = service_strip(week);
    let picture = html! {
        (super::headline::need_key(week, &[("k-scheduled", language.say("in a shift, breaks included", "在班人数（含休息）"))]))
        div.panels { @for day in 0..grid.days() {
            @let axis = week.axis(day..day + 1, 40.0, PANEL_WIDTH - 6.0);
            @let chart = StepArea {
                axis, largest, required: &week.coverage.required, scheduled: Some(&week.coverage.scheduled),
                on_contact: &week.coverage.on_contact, shortage: &week.coverage.shortage, service: &service,
                target: Promise::over(week.planned, day..day + 1).share, note: None,
            };
            @let note = day_note(week, day);
            (panel(&language.day(grid.date(day)), &note, &step_area(&chart, (PANEL_WIDTH, 218.0),
                &format!("{}: {note}", language.day(grid.date(day))), language)))
        } div.panel.rest { (hours_table(week).markup()) } }
    };
    Figure {
        title: language.say("Required, scheduled and on contact", "需求、在班与在线人数").to_owned(),
        conclusion: conclusion(week),
        picture,
        data: table(week).markup(),
    }
    .markup(language)
}

fn day_note(week: &Week<'_>, day: usize) -> String {
    let range = week.grid().day_range(day);
    let short = week.agent_hours(range.clone().map(|t| week.coverage.shortage[t]));
    let spare = week.agent_hours(range.map(|t| week.coverage.surplus(t)));
    let (short, spare) = (number::quantity(short, 1), number::quantity(spare, 1));
    week.language.say(format!("{short} h short, {spare} h spare"), format!("缺 {short} 小时，富余 {spare} 小时"))
}

/// The interval of a range that is shortest of agents, with its words.
pub fn worst(week: &Week<'_>, range: std::ops::Range<usize>) -> Option<(usize, String)> {
    let short = &week.coverage.shortage;
    let t = range.max_by(|&left, &right| short[left].total_cmp(&short[right]).then(right.cmp(&left)))?;
    (short[t] > 0.0).then(|| {
        let (at, agents) = (week.language.moment(week.grid().local(t)), number::quantity(short[t], 0));
        (t, week.language.say(format!("{at}: {agents} short"), format!("{at}：缺 {agents} 人")))
    })
}

fn conclusion(week: &Week<'_>) -> String {
    let (grid, language) = (week.grid(), week.language);
    let by_day = |day: usize| grid.day_range(day).map(|t| week.coverage.shortage[t]).sum::<f64>();
    let worst = (0..grid.days()).max_by(|&left, &right| by_day(left).total_cmp(&by_day(right)).then(right.cmp(&left)));
    match worst.filter(|&day| by_day(day) > 0.0) {
        Some(day) => {
            let hours = number::quantity(by_day(day) * week.interval_hours(), 1);
            let name = language.day(grid.date(day));
            language.say(
                format!("{name} is shortest of agents: {hours} agent-hours below the requirement."),
                format!("{name} 缺口最大：比需求少 {hours} 人时。"),
            )
        }
        None => language.say("Every interval has the agents it requires.", "每个时段的人手都满足需求。").to_owned(),
    }
}

fn table(week: &Week<'_>) -> Table {
    let (grid, language) = (week.grid(), week.language);
    let mut table = Table::new(
        language.say("Agents by interval, local time", "各时段人数（当地时间）"),
        &language.say(
            ["interval", "required", "scheduled", "on contact", "short", "spare", "in time %", "occupancy %"],
            ["时段", "需求", "在班", "在线", "缺口", "富余", "及时率 %", "占用率 %"],
        ),
    );
    for (t, service) in service_strip(week).into_iter().enumerate() {
        let c = &week.coverage;
        if c.required[t] == 0.0 && c.scheduled[t] == 0.0 {
            continue;
        }
        let mut cells = vec![language.moment(grid.local(t))];
        cells.extend(
            [c.required[t], c.scheduled[t], c.on_contact[t], c.shortage[t], c.surplus(t)].map(|n| number::quantity(n, 0)),
        );
        cells.push(service.map_or_else(|| number::UNKNOWN.to_owned(), |(mean, _)| number::quantity(mean * 100.0, 0)));
        let occupancy = week.planned.performance.occupancy.get(t).filter(|_| c.on_contact[t] > 0.0);
        cells.push(occupancy.map_or_else(|| number::UNKNOWN.to_owned(), |busy| number::quantity(busy.mean * 100.0, 0)));
        table.row(cells);
    }
    table
}

/// Difference by interval: vermillion where short, sky blue where spare.
fn heat(week: &Week<'_>) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let (mut cells, mut numbers) = (vec![None; grid.len()], vec![None; grid.len()]);
    // A shade is one agent in a small centre and a fifteenth of the peak in a large one.
    let step = (week.coverage.required.iter().copied().fold(0.0, f64::max) / 15.0).max(1.0);
    for t in 0..grid.len() {
        let c = &week.coverage;
        if c.required[t] == 0.0 && c.on_contact[t] == 0.0 {
            continue;
        }
        cells[t] = Some(shade(c.shortage[t], c.surplus(t), step));
        let hour = t..(t + week.window.per_hour).min(grid.len());
        if (t - grid.day_range(grid.day_of(t)).start) % week.window.per_hour == 0 {
            let short = hour.clone().map(|t| c.shortage[t]).fold(0.0, f64::max);
            let spare = hour.map(|t| c.surplus(t)).fold(0.0, f64::max);
            numbers[t] = if short > 0.0 {
                Some(number::signed(-short, 0)).filter(|_| short > 1.0)
            } else {
                (spare > 1.0).then(|| number::signed(spare, 0))
            };
        }
    }
    let chart = HeatMap { grid, window: week.window, cells: &cells, numbers: &numbers };
    let conclusion = heat_conclusion(week);
    let picture = html! {
        div.wide { (heat_map(&chart, WIDE, &conclusion, language)) }
        div.narrow { (heat_map(&chart, PANEL_WIDTH, &conclusion, language)) }
    };
    let title = language.say("Shortage and surplus over the week", "全周缺口与富余").to_owned();
    Figure { title, conclusion, picture, data: hours_table(week).markup() }.markup(language)
}

/// Class of a cell; a shade deeper for every `step` agents.
fn shade(short: f64, spare: f64, step: f64) -> &'static str {
    const SHORT: [&str; 3] = ["h-short1", "h-short2", "h-short3"];
    const SPARE: [&str; 3] = ["h-spare1", "h-spare2", "h-spare3"];
    let rank = |agents: f64| ((agents / step).ceil() as usize).clamp(1, 3) - 1;
    if short > 0.0 {
        SHORT[rank(short)]
    } else if spare > 0.0 {
        SPARE[rank(spare)]
    } else {
        "h-even"
    }
}

fn heat_conclusion(week: &Week<'_>) -> String {
    let open = (0..week.grid().len()).filter(|&t| week.coverage.required[t] > 0.0).collect::<Vec<_>>();
    let short = open.iter().filter(|&&t| week.coverage.shortage[t] > 0.0).count();
    let spare = open.iter().filter(|&&t| week.coverage.shortage[t] == 0.0 && week.coverage.surplus(t) > 0.0).count();
    let of = counted(open.len(), "interval", "intervals");
    let (is, has) = (if short == 1 { "is" } else { "are" }, if spare == 1 { "has" } else { "have" });
    let (short, spare, all) = (number::count(short), number::count(spare), number::count(open.len()));
    week.language.say(
        format!("{short} of {of} with a requirement {is} short (−), {spare} {has} agents to spare (+); numbers give the largest difference within an hour from two agents up."),
        format!("有需求的 {all} 个时段中，{short} 个人手不足（−），{spare} 个有富余（+）；数字为该小时内的最大差额（两人起）。"),
    )
}

fn hours_table(week: &Week<'_>) -> Table {
    let (grid, language) = (week.grid(), week.language);
    let mut table = Table::new(
        language.say("Agent-hours by day", "各日人时"),
        &language.say(
            ["day", "required", "scheduled", "on contact", "short", "spare"],
            ["日期", "需求", "在班", "在线", "缺口", "富余"],
        ),
    );
    for day in 0..grid.days() {
        let range = grid.day_range(day);
        let c = &week.coverage;
        let hours = |value: &dyn Fn(usize) -> f64| number::quantity(week.agent_hours(range.clone().map(value)), 1);
        table.row(vec![
            language.day(grid.date(day)),
            hours(&|t| c.required[t]),
            hours(&|t| c.scheduled[t]),
            hours(&|t| c.on_contact[t]),
            hours(&|t| c.shortage[t]),
            hours(&|t| c.surplus(t)),
        ]);
    }
    table
}

/// Agent-hours by queue alone and pooled.
fn pooling(week: &Week<'_>) -> Markup {
    let (requirement, centre, language) = (&week.planned.requirement, &week.planned.centre, week.language);
    let mut table = Table::new(
        language.say(
            "Agent-hours of the plan: each queue alone, and pools of queues that share agents",
            "计划期人时：各队列单独配置与共享坐席的队列组合",
        ),
        &language.say(
            ["queues", "offered load, erlang-hours", "agent-hours to cover"],
            ["队列", "话务量（爱尔兰小时）", "应覆盖人时"],
        ),
    );
    let hours = |values: &mut dyn Iterator<Item = f64>| week.agent_hours(values);
    let mut alone = 0.0;
    for queue in &requirement.queues {
        let scheduled = hours(&mut queue.scheduled.iter().copied());
        alone += scheduled;
        table.row(vec![
            centre.queues[queue.queue].name.clone(),
            number::quantity(hours(&mut queue.offered_load.iter().copied()), 1),
            number::quantity(scheduled, 1),
        ]);
    }
    for pool in requirement.pools.iter().filter(|pool| pool.queues.queues().count() > 1) {
        let together = hours(&mut pool.scheduled.iter().map(|&n| f64::from(n)));
        let load = hours(&mut pool.offered_load.iter().copied());
        table.row(vec![pool.queues.label(centre), number::quantity(load, 1), number::quantity(together, 1)]);
    }
    let together = requirement.pools.last().map(|pool| week.agent_hours(pool.scheduled.iter().map(|&agents| f64::from(agents))));
    let formula = week.planned.refinement.first().map(|round| round.required_hours);
    let saving = together.map(|together| pooling_sentence(language, alone, (formula.unwrap_or(together), together)));
    html! {
        div.beside { div { h3 { (language.say("What pooling saves", "共享坐席节省多少")) }
        @if let Some(saving) = saving { p { (saving) } } }
        (table.markup()) }
    }
}

/// Compares formula with formula: queues alone with all of them pooled, then tells what simulation made of it.
fn pooling_sentence(language: Language, alone: f64, (formula, asked): (f64, f64)) -> String {
    let change = if alone > 0.0 { formula / alone - 1.0 } else { 0.0 };
    let percent = number::percent(change.abs(), 0, language);
    let compared = if change > 0.0 {
        language.say(format!("{percent} more"), format!("多 {percent}"))
    } else {
        language.say(format!("{percent} less"), format!("少 {percent}"))
    };
    let raised = (asked - formula).abs() >= 0.5;
    let [alone, formula, asked] = [alone, formula, asked].map(|hours| number::quantity(hours, 0));
    let mut sentence = language.say(
        format!("By formula the queues would need {alone} agent-hours staffed alone; agents who serve several need {formula} for all of them, {compared}."),
        format!("按公式，各队列单独配置需要 {alone} 人时；坐席共享后合计需 {formula} 人时，{compared}。"),
    );
    if raised {
        sentence.push_str(&language.say(
            format!(" Simulation raised the need from {formula} to {asked} to reach the targets."),
            format!("为达到目标，模拟后需求由 {formula} 调至 {asked} 人时。"),
        ));
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pooling_is_compared_by_formula_and_what_simulation_raised_is_told_apart() {
        let sentence = |formula, asked| pooling_sentence(Language::English, 1000.0, (formula, asked));
        assert!(sentence(740.0, 740.0).ends_with("need 740 for all of them, 26\u{a0}% less."));
        let raised = sentence(740.0, 1210.0);
        assert!(raised.contains("26\u{a0}% less. Simulation raised the need from 740 to 1,210"), "{raised}");
        assert!(sentence(1210.0, 1210.0).contains("21\u{a0}% more"));
    }
}
