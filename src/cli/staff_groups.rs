//! `shiftcast staff --method simulation`: least-cost numbers of each group of agents, with the simulated proof.

use std::fmt::Write as _;
use std::io::Write as _;

use scenarios::PlanError;
use scenarios::multi_skill::{CentreStaffing, CentreStaffingRequest, Headcount, StaffedInterval, staff_centre};
use scenarios::staffing::shrinkage::scheduled_whole;
use solver_data::{Centre, DemandForecast, QueueId, TargetPeriod};

use super::failure::Failure;
use super::watch::TerminalWatch;
use super::{Common, Language, Outcome};

const HEADER: [&str; 14] = [
    "timestamp",
    "row",
    "name",
    "level",
    "agents",
    "scheduled",
    "lower_bound",
    "alone",
    "volume",
    "service_level",
    "ci95_half_width",
    "abandonment",
    "asa_s",
    "targets_met",
];
const IN_MEMORY: &str = "writing to memory does not fail, and every row has as many cells";

/// Staffs every interval: the rows as CSV, a summary on standard error, and whether every limit judged is met.
///
/// # Errors
/// [`Failure`].
pub fn staff_groups(
    centre: &Centre,
    demand: &DemandForecast,
    headcount: Headcount,
    common: &Common,
    watch: &TerminalWatch,
) -> Result<(String, Outcome), Failure> {
    let request = CentreStaffingRequest { headcount, ..CentreStaffingRequest::new(centre, demand, common.seed()) };
    let staffing = staff_centre(&request, watch).map_err(PlanError::from)?;
    let _ = std::io::stderr().write_all(summary(centre, &staffing, headcount, common.lang).as_bytes());
    let kept = staffing.intervals.iter().flatten().all(|at| at.staffing.keeps_all() && !at.beyond_headcount);
    Ok((rows(centre, &staffing), if kept { Outcome::Done } else { Outcome::PromiseNotMet }))
}

/// For each interval with contacts: a row a group, a row a queue, and a row for all.
///
/// Groups: `agents` on contact, `scheduled` before shrinkage, `lower_bound` their number in the cheapest staffing that the
/// pooled bounds allow. Queues: `alone` what agents of its own would number, `volume` the contacts simulated in the
/// interval (escalated and redialled ones included, rounded up to those of like intervals), and the simulated service of
/// these. `targets_met` is empty where every limit judged is met and the promise has parts that are not judged.
fn rows(centre: &Centre, staffing: &CentreStaffing) -> String {
    let mut table = Table { writer: csv::Writer::from_writer(Vec::new()), stamp: String::new() };
    table.writer.write_record(HEADER).expect(IN_MEMORY);
    for (t, at) in staffing.intervals.iter().enumerate() {
        let Some(at) = at else { continue };
        table.stamp = staffing.grid.local(t).format("%Y-%m-%d %H:%M:%S").to_string();
        let (own, availability) = (&at.staffing, centre.shrinkage.availability());
        for (group, class) in staffing.classes.iter().enumerate() {
            let (queues, level) = (class.queues.label(centre), &centre.levels[class.level].name);
            let (agents, bound) = (own.agents[group], own.bound.agents[group]);
            let numbers = [agents, scheduled_whole(agents, availability), bound].map(|number| number.to_string());
            table.add(["group", &queues, level, &numbers[0], &numbers[1], &numbers[2], "", "", "", "", "", "", ""]);
        }
        queue_rows(&mut table, centre, at, staffing.grid.interval_seconds() / 3600.0);
        let total = |agents: &[u32]| agents.iter().sum::<u32>();
        let scheduled: u32 = own.agents.iter().map(|&agents| scheduled_whole(agents, availability)).sum();
        let [agents, scheduled, bound, alone] =
            [total(&own.agents), scheduled, total(&own.bound.agents), total(&own.alone.agents)].map(|number| number.to_string());
        let met = judged(at.keeps_all());
        table.add(["all", "", "", &agents, &scheduled, &bound, &alone, "", "", "", "", "", met]);
    }
    String::from_utf8(table.writer.into_inner().expect(IN_MEMORY)).expect("cells are text")
}

fn queue_rows(table: &mut Table, centre: &Centre, at: &StaffedInterval, hours: f64) {
    for (place, &id) in at.queues.iter().enumerate() {
        let (queue, service) = (&centre.queues[id], &at.staffing.service[place]);
        let alone = at.staffing.alone.agents[place].to_string();
        let [volume, level, width, lost] =
            [at.hourly[place] * hours, service.service_level.mean, service.service_level.half_width, service.abandonment.mean]
                .map(|number| format!("{number:.4}"));
        let (wait, lowest) = (format!("{:.2}", service.mean_wait.mean), &centre.levels[queue.lowest_level].name);
        let met = judged(at.keeps(id));
        table.add(["queue", &queue.name, lowest, "", "", "", &alone, &volume, &level, &width, &lost, &wait, met]);
    }
}

/// The cell of a verdict.
fn judged(kept: Option<bool>) -> &'static str {
    match kept {
        Some(true) => "true",
        Some(false) => "false",
        None => "",
    }
}

/// Rows of an interval.
struct Table {
    writer: csv::Writer<Vec<u8>>,
    stamp: String,
}

impl Table {
    fn add(&mut self, cells: [&str; HEADER.len() - 1]) {
        let row = std::iter::once(self.stamp.as_str()).chain(cells);
        self.writer.write_record(row).expect(IN_MEMORY);
    }
}

/// Agent-hours by method, groups beyond the headcount, queues left out.
fn summary(centre: &Centre, staffing: &CentreStaffing, headcount: Headcount, language: Language) -> String {
    let pick = |english: &'static str, chinese: &'static str| match language {
        Language::En => english,
        Language::Zh => chinese,
    };
    let sum = staffing.comparison();
    let money = |minor: f64| minor / 10_f64.powi(centre.currency.minor_digits as i32);
    let percent = |part: f64, whole: f64| if whole > 0.0 { 100.0 * (part / whole - 1.0) } else { 0.0 };
    let mut text = String::new();
    let lines = [
        (pick("each queue alone", "各队列独立配置"), sum.alone_hours, sum.alone_pay),
        (pick("pooled bound", "共享技能下界"), sum.pooled_hours, sum.pooled_pay),
        (pick("simulated groups", "仿真优化"), sum.staffed_hours, sum.staffed_pay),
    ];
    for (name, hours, pay) in lines {
        let _ = writeln!(
            text,
            "{name}: {hours:.1} {}, {:.2} {} ({:+.1} %)",
            pick("agent-hours", "人时"),
            money(pay),
            centre.currency.code,
            percent(pay, sum.alone_pay)
        );
    }
    for (class, intervals) in staffing.classes.iter().zip(staffing.beyond_headcount()).filter(|(_, intervals)| *intervals > 0) {
        let _ = writeln!(
            text,
            "{}: {} {intervals} {} ({})",
            pick("note", "提示"),
            class.label(centre),
            pick("interval(s) ask for more agents than the centre has", "个时段所需人数超过现有人数"),
            class.headcount
        );
    }
    if headcount == Headcount::Unlimited && staffing.classes.len() == 1 {
        let only =
            pick("one group can do all the work for no more pay than the others", "一个班组即可以不更高的薪酬完成全部工作");
        let _ = writeln!(text, "{}: {only}", pick("note", "提示"));
    }
    queue_notes(&mut text, centre, staffing, language);
    text
}

/// What of each queue is not staffed or not judged here.
fn queue_notes(text: &mut String, centre: &Centre, staffing: &CentreStaffing, language: Language) {
    let pick = |english: &'static str, chinese: &'static str| match language {
        Language::En => english,
        Language::Zh => chinese,
    };
    for (id, queue) in centre.queues.entries() {
        let mut note = |what: &str| {
            let _ = writeln!(text, "{}: \"{}\" {what}", pick("note", "提示"), queue.name);
        };
        if !queue.channel.is_live() {
            note(pick("is worked in idle time and not staffed here", "在空闲时间处理，此处不计"));
            continue;
        }
        let parts = unjudged_parts(staffing, id);
        if !parts.is_empty() {
            let not = pick("is neither sized for nor judged by", "以下承诺未参与配置与检验：");
            note(&format!("{not} {}", parts.join(", ")));
        }
        if centre.queues[id].target.period != TargetPeriod::Interval {
            note(pick(
                "keeps its limits in every interval here, not just over the period",
                "此处在每个时段均须达标，而非仅在整个周期内",
            ));
        }
        if queue.handling.deferred_wrap_up.is_some() {
            note(pick("has write-ups put off to idle time, not staffed here", "的话后处理推迟到空闲时间，此处不计"));
        }
        if queue.handling.callback.is_some() {
            note(pick("is sized as if no call-backs were offered", "按不提供回呼配置"));
        }
    }
}

/// Names of the parts of a queue's promise that are not judged in some interval, each once.
fn unjudged_parts(staffing: &CentreStaffing, queue: QueueId) -> Vec<&'static str> {
    let mut names = Vec::new();
    for at in staffing.intervals.iter().flatten() {
        let own = |place: usize| at.queues[place] == queue;
        for part in at.staffing.unjudged.iter().filter(|part| own(part.contact_type)) {
            if !names.contains(&part.name) {
                names.push(part.name);
            }
        }
    }
    names
}
