//! The roster: agents × time, a week at a glance and every day in full.

use std::fmt::Write as _;

use chrono::{NaiveDateTime, Timelike};
use maud::{Markup, html};
use solver_data::{AgentId, RequestKind, Shift, Tour};

use crate::report::chart::{GanttBar, gantt_row, time_header};
use crate::report::figure::key;
use crate::report::number;
use crate::report::promise::broken_text;
use crate::report::table::Table;
use crate::report::week::Week;
use crate::report::words::{Language, counted};

/// The section.
pub fn section(week: &Week<'_>) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    html! {
        p { (conclusion(week)) }
        (level_key(week))
        div.views role="radiogroup" aria-label=(language.say("View of the roster", "排班视图")) {
            input.view type="radio" name="view" id="view-week" checked;
            @for day in 0..grid.days() { input.view type="radio" name="view" id={ "view-" (day) }; }
            div.tabs {
                label for="view-week" { (language.say("Week", "全周")) }
                @for day in 0..grid.days() { label for={ "view-" (day) } { (language.day_short(grid.date(day))) } }
            }
            div.pane.week { (week_view(week)) }
            @for day in 0..grid.days() { div.pane { (day_view(week, day)) } }
            style { (maud::PreEscaped(view_rules(grid.days()))) }
        }
        details { summary { (language.say("Data as a table: roster", "数据表：排班")) } (data(week).markup()) }
    }
}

/// One rule a view: the checked button shows its pane and marks its label.
fn view_rules(days: usize) -> String {
    let mut rules = String::new();
    for place in 1..=days + 1 {
        let id = if place == 1 { "view-week".to_owned() } else { format!("view-{}", place - 2) };
        let pane = place + 1;
        write!(
            rules,
            "#{id}:checked~.pane:nth-of-type({pane}){{display:block}}\
             #{id}:checked~.tabs label:nth-child({place}){{background:var(--ink);color:var(--page)}}\
             #{id}:focus-visible~.tabs label:nth-child({place}){{outline:3px solid var(--blue)}}"
        )
        .expect("a string takes all");
    }
    rules
}

fn conclusion(week: &Week<'_>) -> String {
    let (planned, language) = (week.planned, week.language);
    let shifts: usize = planned.roster.tours.iter().map(|tour| tour.shifts.len()).sum();
    let minutes: u32 = planned.roster.tours.iter().flat_map(|tour| &tour.shifts).map(|shift| shift.paid_minutes).sum();
    let (granted, wished) =
        planned.centre.agents.ids().map(|agent| wishes(week, agent)).fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let holds = || language.say("every rule holds".to_owned(), "所有规则均满足".to_owned());
    let checked = broken_text(week).unwrap_or_else(holds);
    let (agents, of, hours) =
        (planned.roster.tours.len(), planned.centre.agents.len(), number::quantity(f64::from(minutes) / 60.0, 0));
    let works = if agents == 1 { "works" } else { "work" };
    let (roster, worked) = (counted(of, "agent", "agents"), counted(shifts, "shift", "shifts"));
    let (are, wishes) = (if granted == 1 { "is" } else { "are" }, counted(wished, "wish", "wishes"));
    let shifts = number::count(shifts);
    language.say(
        format!("{agents} of {roster} {works} {worked} of {hours} paid hours; {granted} of {wishes} {are} granted; {checked}."),
        format!(
            "{of} 名坐席中 {agents} 名上班，共 {shifts} 个班次、付薪 {hours} 小时；{wished} 个意愿满足 {granted} 个；{checked}。"
        ),
    )
}

fn level_key(week: &Week<'_>) -> Markup {
    let classes: Vec<String> = (0..week.planned.centre.levels.len()).map(|level| format!("k-shift l{}", level.min(3))).collect();
    let mut entries: Vec<(&str, &str)> =
        classes.iter().zip(&week.planned.centre.levels).map(|(class, level)| (class.as_str(), level.name.as_str())).collect();
    entries.reverse();
    entries.push(("k-break", week.language.say("break, off phone", "休息（离线）")));
    key(&entries)
}

/// Every shift with the starts of its breaks: agents by days.
fn data(week: &Week<'_>) -> Table {
    let (grid, language, centre) = (week.grid(), week.language, &week.planned.centre);
    let days: Vec<String> = grid.dates().iter().map(|&date| language.day_short(date)).collect();
    let mut head = vec![language.say("agent", "坐席"), language.say("level", "级别")];
    head.extend(days.iter().map(String::as_str));
    head.push(language.say("hours", "小时"));
    let text: Vec<usize> = (1..=grid.days() + 1).collect();
    let caption = language.say("Shifts and, in brackets, starts of breaks, local time", "班次与休息开始时间（括号内），当地时间");
    let mut table = Table::new(caption, &head).with_text(&text);
    for tour in sorted(week, |tour| tour.shifts.first().map(|shift| shift.start)) {
        let agent = &centre.agents[tour.agent];
        let mut cells = vec![agent.code.clone(), centre.levels[agent.level].name.clone()];
        cells.extend(grid.dates().iter().map(|&date| {
            let shifts = tour.shifts.iter().filter(|shift| shift.date == date).map(span);
            shifts.collect::<Vec<_>>().join(", ")
        }));
        cells.push(number::hours(tour.shifts.iter().map(|shift| shift.paid_minutes).sum()));
        table.row(cells);
    }
    table
}

/// A shift in words: `07:00–15:00 (09:30 12:00)`.
fn span(shift: &Shift) -> String {
    let breaks: Vec<String> = shift.breaks.iter().map(|pause| pause.start.format("%H:%M").to_string()).collect();
    let span = format!("{}–{}", shift.start.format("%H:%M"), Language::until(shift.end));
    if breaks.is_empty() { span } else { format!("{span} ({})", breaks.join(" ")) }
}

/// Tours by level, highest first, then by start in the week.
fn sorted<'a>(week: &'a Week<'_>, start: impl Fn(&Tour) -> Option<NaiveDateTime>) -> Vec<&'a Tour> {
    let mut tours: Vec<(NaiveDateTime, &Tour)> =
        week.planned.roster.tours.iter().filter_map(|tour| Some((start(tour)?, tour))).collect();
    let level = |tour: &Tour| week.planned.centre.agents[tour.agent].level;
    tours.sort_by_key(|&(start, tour)| (std::cmp::Reverse(level(tour)), start, tour.agent));
    tours.into_iter().map(|(_, tour)| tour).collect()
}

fn wishes(week: &Week<'_>, agent: AgentId) -> (usize, usize) {
    let centre = &week.planned.centre;
    let tour = week.planned.roster.tour(agent);
    let wished = centre.requests.iter().filter(|request| {
        request.agent == agent && request.kind != RequestKind::None && week.grid().day_of_date(request.date).is_some()
    });
    wished.fold((0, 0), |(granted, all), request| {
        let shift = tour.and_then(|tour| tour.shifts.iter().find(|shift| shift.date == request.date));
        let described = shift.map(|shift| {
            let class = centre
                .templates
                .iter()
                .find(|template| template.name == shift.template)
                .map_or("", |template| template.class.as_str());
            (shift.template.as_str(), class, shift.start.hour() * 60 + shift.start.minute())
        });
        (granted + usize::from(request.kind.granted_by(described)), all + 1)
    })
}

fn week_view(week: &Week<'_>) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let days = grid.days() as f64;
    let every = grid.days().div_ceil(14);
    let labels: Vec<(f64, String)> =
        (0..grid.days()).step_by(every).map(|day| (day as f64 / days, language.day_short(grid.date(day)))).collect();
    let tours = sorted(week, |tour| {
        Some(tour.shifts.first()?.start - midnight(tour.shifts.first()?)).map(|since| NaiveDateTime::default() + since)
    });
    let caption = language.say("Week view, local time; totals at the right", "周视图（当地时间），右侧为合计");
    html! {
        table.roster {
            caption { (caption) }
            (head(week, &labels, caption))
            (body(week, &tours, days, &|tour| week_bars(week, tour), &|tour| tour.shifts.iter().collect()))
        }
    }
}

fn midnight(shift: &Shift) -> NaiveDateTime {
    shift.date.and_time(chrono::NaiveTime::MIN)
}

fn day_view(week: &Week<'_>, day: usize) -> Markup {
    let (grid, language) = (week.grid(), week.language);
    let hours = week.window.hours();
    let range = week.window.of(grid, day);
    let every = if hours > 18 { 3 } else { 2 };
    let labels: Vec<(f64, String)> = range
        .step_by(week.window.per_hour * every)
        .map(|t| {
            let offset = t - grid.day_range(day).start - week.window.first;
            (offset as f64 / week.window.len() as f64, grid.local(t).format("%H:%M").to_string())
        })
        .collect();
    let date = grid.date(day);
    let (from, to) = (grid.local(grid.day_range(day).start), grid.local(grid.day_range(day).end));
    let touching = |shift: &&Shift| shift.start < to && from < shift.end;
    let tours = sorted(week, |tour| tour.shifts.iter().find(touching).map(|shift| shift.start));
    let caption = language.say(
        format!("{}, local time: {} agents", language.day(date), tours.len()),
        format!("{}（当地时间）：{} 名坐席", language.day(date), tours.len()),
    );
    html! {
        table.roster {
            caption { (caption) }
            (head(week, &labels, &caption))
            (body(week, &tours, hours as f64, &|tour| day_bars(week, tour, day), &|tour| tour.shifts.iter().filter(touching).collect()))
        }
    }
}

fn head(week: &Week<'_>, labels: &[(f64, String)], caption: &str) -> Markup {
    let language = week.language;
    html! { thead { tr {
        th scope="col" { (language.say("agent", "坐席")) }
        th.lane scope="col" { (time_header(labels, caption)) }
        th.n scope="col" { (language.say("hours", "小时")) }
        th.n scope="col" { (language.say("wishes", "意愿")) }
    } } }
}

fn body(
    week: &Week<'_>,
    tours: &[&Tour],
    cells: f64,
    bars: &dyn Fn(&Tour) -> Vec<GanttBar>,
    shown: &dyn for<'t> Fn(&'t Tour) -> Vec<&'t Shift>,
) -> Markup {
    let centre = &week.planned.centre;
    let compact = if tours.len() > 60 { "compact" } else { "" };
    html! { tbody class=(compact) style={ "--cells:" (cells) } {
        @for (place, tour) in tours.iter().enumerate() {
            @let level = centre.agents[tour.agent].level;
            @if place == 0 || centre.agents[tours[place - 1].agent].level != level {
                tr.level { th colspan="4" scope="rowgroup" { (centre.levels[level].name) } }
            }
            @let shifts = shown(tour);
            @let (granted, wished) = wishes(week, tour.agent);
            tr {
                th scope="row" { (centre.agents[tour.agent].code) }
                td.lane { (gantt_row(&bars(tour), &spoken(week, &shifts))) }
                td { (number::hours(shifts.iter().map(|shift| shift.paid_minutes).sum())) }
                td { @if wished > 0 { (granted) "/" (wished) } }
            }
        }
    } }
}

/// The shifts in words: `Sun 24 07:00–15:00 (09:30 12:00)`, starts of breaks in brackets.
fn spoken(week: &Week<'_>, shifts: &[&Shift]) -> String {
    let one = |shift: &&Shift| format!("{} {}", week.language.day_short(shift.date), span(shift));
    shifts.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Bars of a stretch of the day window, in shares of the lane.
fn bars_between(week: &Week<'_>, tour: &Tour, to_share: &dyn Fn(NaiveDateTime, NaiveDateTime) -> (f64, f64)) -> Vec<GanttBar> {
    let level = usize::from(week.planned.centre.agents[tour.agent].level).min(3);
    let mut bars = Vec::new();
    for shift in &tour.shifts {
        let (from, to) = to_share(shift.start, shift.end);
        bars.push(GanttBar { class: format!("s l{level}"), from, to });
        for pause in &shift.breaks {
            let (from, to) = to_share(pause.start, pause.end);
            bars.push(GanttBar { class: "b".to_owned(), from, to });
        }
    }
    bars
}

fn day_bars(week: &Week<'_>, tour: &Tour, day: usize) -> Vec<GanttBar> {
    let grid = week.grid();
    let first = grid.day_range(day).start + week.window.first;
    let share = |at: NaiveDateTime| {
        ((grid.elapsed_seconds(at) / grid.interval_seconds() - first as f64) / week.window.len() as f64).clamp(0.0, 1.0)
    };
    bars_between(week, tour, &|from, to| (share(from), share(to)))
}

/// In the week view every day has the same width and shows the window of the day; days that are shown whole touch, so
/// that a shift over midnight is one bar.
fn week_bars(week: &Week<'_>, tour: &Tour) -> Vec<GanttBar> {
    let grid = week.grid();
    let days = grid.days() as f64;
    let filled = if week.window.hours() < 24 { 0.97 } else { 1.0 };
    let mut bars = Vec::new();
    for day in 0..grid.days() {
        for mut bar in day_bars(week, tour, day) {
            (bar.from, bar.to) = ((day as f64 + bar.from * filled) / days, (day as f64 + bar.to * filled) / days);
            bars.push(bar);
        }
    }
    bars
}
