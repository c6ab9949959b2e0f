//! `shiftcast staff --method simulation`: least-cost numbers of each group of agents, with the simulated proof.

use std::fmt::Write as _;
use std::io::Write as _;

use scenarios::PlanError;
use scenarios::multi_skill::{CentreStaffing, CentreStaffingRequest, Headcount, StaffedInterval, staff_centre};
use scenarios::staffing::shrinkage::scheduled_whole;
use solver_data::{Centre, DemandForecast};

use super::failure::Failure;
use super::watch::TerminalWatch;
use super::{Common, Language, Outcome};

const HEADER: &str = "timestamp,row,name,level,agents,scheduled,lower_bound,alone,volume,service_level,ci95_half_width,\
    abandonment,asa_s,targets_met\n";

/// Staffs every interval: the rows as CSV, a summary on standard error, and whether every target is met.
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
    Ok((rows(centre, demand, &staffing), if kept { Outcome::Done } else { Outcome::PromiseNotMet }))
}

/// For each interval with contacts: a row a group, a row a queue, and a row for all.
///
/// Groups: `agents` on contact, `scheduled` before shrinkage, `lower_bound` their number in the cheapest staffing that the
/// pooled bounds allow. Queues: `alone` what agents of its own would number, and the simulated service.
fn rows(centre: &Centre, demand: &DemandForecast, staffing: &CentreStaffing) -> String {
    let mut csv = String::from(HEADER);
    for (t, at) in staffing.intervals.iter().enumerate() {
        let Some(at) = at else { continue };
        let stamp = staffing.grid.local(t).format("%Y-%m-%d %H:%M:%S").to_string();
        let (own, availability) = (&at.staffing, centre.shrinkage.availability());
        for (group, class) in staffing.classes.iter().enumerate() {
            let (queues, level) = (class.queues.label(centre), &centre.levels[class.level].name);
            let (agents, bound) = (own.agents[group], own.bound.agents[group]);
            let scheduled = scheduled_whole(agents, availability);
            let _ = writeln!(csv, "{stamp},group,{},{},{agents},{scheduled},{bound},,,,,,,", quoted(&queues), quoted(level));
        }
        queue_rows(&mut csv, &stamp, centre, demand, (t, at));
        let total = |agents: &[u32]| agents.iter().sum::<u32>();
        let scheduled: u32 = own.agents.iter().map(|&agents| scheduled_whole(agents, availability)).sum();
        let (agents, bound, alone) = (total(&own.agents), total(&own.bound.agents), total(&own.alone.agents));
        let _ = writeln!(csv, "{stamp},all,,,{agents},{scheduled},{bound},{alone},,,,,,{}", own.keeps_all());
    }
    csv
}

fn queue_rows(csv: &mut String, stamp: &str, centre: &Centre, demand: &DemandForecast, (t, at): (usize, &StaffedInterval)) {
    for (place, &id) in at.queues.iter().enumerate() {
        let (queue, Some(service)) = (&centre.queues[id], at.service(id)) else { continue };
        let volume = demand.queue(&queue.name).map_or(0.0, |expected| expected.mean[t]);
        let _ = writeln!(
            csv,
            "{stamp},queue,{},{},,,,{},{volume:.4},{:.4},{:.4},{:.4},{:.2},{}",
            quoted(&queue.name),
            quoted(&centre.levels[queue.lowest_level].name),
            at.staffing.alone.agents[place],
            service.service_level.mean,
            service.service_level.half_width,
            service.abandonment.mean,
            service.mean_wait.mean,
            at.keeps(id)
        );
    }
}

/// A cell, in quotes where it needs them.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
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
    for queue in centre.queues.iter().filter(|queue| !queue.channel.is_live()) {
        let left = pick("is worked in idle time and not staffed here", "在空闲时间处理，此处不计");
        let _ = writeln!(text, "{}: \"{}\" {left}", pick("note", "提示"), queue.name);
    }
    text
}
