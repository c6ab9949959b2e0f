//! Measures in plain words: what each part of the miss asks for, and what it would give.

use scenarios::review::{ExtraAgents, ForecastError, Measure, MeasureKind};
use solver_data::Money;

use super::{Part, Told, in_points, in_points_within};
use crate::report::number;

/// Least share of the service, or of the hours needed, that a part must make to be spoken of.
const WORTH_SAYING: f64 = 0.002;

/// A measure in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// What it is about.
    pub title: String,
    /// What to do and what it gives.
    pub text: String,
}

/// What the parts of the miss ask for, the costliest first.
pub fn advice(told: &Told<'_>) -> Vec<Advice> {
    let (Some(service), Some(hours)) = (told.review.overall(), told.review.overall_hours()) else { return Vec::new() };
    let mut parts: Vec<(Part, f64, f64)> =
        Part::ALL.into_iter().map(|part| (part, part.of_service(service).mean, part.of_hours(hours))).collect();
    parts.sort_by(|left, right| right.1.total_cmp(&left.1));
    let heard = |&(_, share, own): &(Part, f64, f64)| share > WORTH_SAYING || own > WORTH_SAYING * hours.needed;
    let lines: Vec<Advice> = parts.into_iter().filter(heard).map(|(part, share, own)| line(told, part, (share, own))).collect();
    if lines.is_empty() {
        let language = told.language;
        let text =
            language.say("every part helped or cost next to nothing; go on as planned.", "各环节均无明显损失，按原方式继续。");
        return vec![Advice { title: language.say("Nothing to mend:", "无需改进：").to_owned(), text: text.to_owned() }];
    }
    lines
}

fn line(told: &Told<'_>, part: Part, (share, hours): (f64, f64)) -> Advice {
    let language = told.language;
    let text = match part {
        Part::Volume => volume(told),
        Part::HandleTime => handle_time(told),
        Part::Staffing => staffing(told),
        Part::Fit => fit(told),
        Part::Attendance => attendance(told),
    };
    let effect = effect(told, share, hours);
    let name = part.word(language);
    let mut title: String = name.chars().take(1).flat_map(char::to_uppercase).collect();
    title.extend(name.chars().skip(1));
    Advice { title: language.say(format!("{title}:"), format!("{title}：")), text: format!("{text}{effect}") }
}

/// What a part cost in points, hours and money.
fn effect(told: &Told<'_>, share: f64, hours: f64) -> String {
    let language = told.language;
    let money = Money((hours.abs() * told.review.hour_cost().0 as f64).round() as i64);
    let (points, money) = (in_points(-share), number::money(money, &told.review.centre.currency));
    let amount = number::quantity(hours.abs(), 1);
    if hours > 0.05 {
        language.say(
            format!(" This week: {points} points; {amount} agent-hours, {money} to staff them."),
            format!("本周影响：{points} 个百分点；{amount} 人时，补足需 {money}。"),
        )
    } else {
        language.say(format!(" This week: {points} points."), format!("本周影响：{points} 个百分点。"))
    }
}

/// Queues alone, without the row of all together unless it is the only one.
fn queues<'a>(told: &'a Told<'_>) -> impl Iterator<Item = &'a ForecastError> {
    let many = told.review.forecast.len() > 1;
    told.review.forecast.iter().filter(move |row| !many || row.queue != "all")
}

fn all<'a>(told: &'a Told<'_>) -> Option<&'a ForecastError> {
    told.review.forecast.last()
}

fn volume(told: &Told<'_>) -> String {
    let (language, review) = (told.language, told.review);
    let Some(all) = all(told) else { return String::new() };
    let off = number::signed_percent(all.came / all.expected - 1.0, 1, language);
    let queue = queues(told).max_by(|left, right| (left.came - left.expected).total_cmp(&(right.came - right.expected)));
    let day = all.days.iter().enumerate().max_by(|left, right| (left.1.1 - left.1.0).total_cmp(&(right.1.1 - right.1.0)));
    let where_ = queue.zip(day).map(|(queue, (day, (expected, came)))| {
        let (name, more) = (language.day(review.grid.date(day)), number::signed(came - expected, 0));
        let own = number::signed(queue.came - queue.expected, 0);
        language.say(
            format!(" Most of it came on {name} ({more}) and in {} ({own}).", queue.queue),
            format!("主要在{name}（{more}）和队列 {}（{own}）。", queue.queue),
        )
    });
    let (before, now) = review.next.contacts;
    let change = number::signed_percent(now / before - 1.0, 1, language);
    language.say(
        format!(
            "contacts differed from the forecast by {off}.{} Add the week to the history: the forecast of the next period then changes by {change}; name events it could not know in calendar.csv.",
            where_.clone().unwrap_or_default()
        ),
        format!(
            "来量与预测相差 {off}。{}把本周数据加入历史后，下一周期预测变化 {change}；预测无法得知的活动请写入 calendar.csv。",
            where_.unwrap_or_default()
        ),
    )
}

fn handle_time(told: &Told<'_>) -> String {
    let language = told.language;
    let excess = |row: &ForecastError| row.came * (row.aht - row.expected_aht);
    let known = queues(told).filter(|row| row.aht.is_finite() && row.expected_aht.is_finite());
    let Some(queue) = known.max_by(|left, right| excess(left).total_cmp(&excess(right))) else { return String::new() };
    let (aht, expected) = (number::quantity(queue.aht, 0), number::quantity(queue.expected_aht, 0));
    let name = &queue.queue;
    language.say(
        format!("{name} took {aht} s a contact where {expected} s were expected. Find out what made contacts longer (a new product, a slow system, new colleagues) and coach it, or plan with the longer time."),
        format!("队列 {name} 的平均处理时长为 {aht} 秒，预期 {expected} 秒。查明变长原因（新品、系统缓慢、新员工）并辅导，或按新的时长排班。"),
    )
}

fn staffing(told: &Told<'_>) -> String {
    let language = told.language;
    let Some(row) = told.review.overall() else { return String::new() };
    let known = number::percent_estimate(row.known, language);
    language.say(
        format!("even staffed exactly, the requirement would not have kept the promise; had the volumes been known it would have given {known}. Plan with `plan`, which raises the requirement where simulation misses, or with `staff --probability`."),
        format!("即使完全按人力需求配置也达不到目标；若来量已知，测算可达 {known}。请用 `plan`（模拟不达标处自动加人）或 `staff --probability` 测算。"),
    )
}

fn fit(told: &Told<'_>) -> String {
    let (language, review) = (told.language, told.review);
    let missing = |t: usize| (review.need.asked[t] - review.need.present[t]).max(0.0);
    let per_hour = (60 / review.grid.interval_minutes()) as usize;
    let hour = |t: &usize| (*t..(t + per_hour).min(review.grid.len())).map(missing).sum::<f64>();
    let worst = (0..review.grid.len()).step_by(per_hour.max(1)).max_by(|left, right| hour(left).total_cmp(&hour(right)));
    let where_ = worst.map_or_else(String::new, |t| {
        let agents = number::quantity(hour(&t) / per_hour.max(1) as f64, 1);
        let when = language.moment(review.grid.local(t));
        language.say(
            format!(" The widest gap is {agents} agents in the hour from {when}."),
            format!("缺口最大的是 {when} 起一小时，缺 {agents} 人。"),
        )
    });
    language.say(
        format!("the roster stood elsewhere than asked.{where_} Make the next roster anew, or move breaks and shifts there: `shiftcast schedule --from` does it with few changes."),
        format!("排班与需求错位。{where_}请重新排班，或把休息与班次移到缺口处：`shiftcast schedule --from` 改动最少。"),
    )
}

fn attendance(told: &Told<'_>) -> String {
    let (language, review) = (told.language, told.review);
    let seen = number::percent(review.absent_share, 1, language);
    let assumed = number::percent(review.centre.shrinkage.unplanned.get(), 1, language);
    let shifts = number::count(review.absent_shifts.unwrap_or(0));
    language.say(
        format!("{shifts} shifts were missed wholly or in part: {seen} of the rostered time where {assumed} was planned for. If this is the new normal, set unplanned = \"{seen}\" under [shrinkage]; if not, keep a reserve on call."),
        format!("{shifts} 个班次缺勤或部分缺勤：占排班时间的 {seen}，计划损耗率为 {assumed}。若成为常态，请把 [shrinkage] 的 unplanned 设为 \"{seen}\"；否则安排备勤。"),
    )
}

/// A measure of the next period with its effect and its cost.
pub fn measure_line(told: &Told<'_>, measure: &Measure) -> String {
    let language = told.language;
    let name = measure_name(told, &measure.kind);
    let Some(all) = measure.service.last() else { return name };
    let gain = in_points_within(all.difference);
    let level = number::percent_estimate(all.service_level, language);
    let cost = signed_money(told, measure.cost);
    let hours = number::signed(measure.hours, 0);
    let verdict = match all.difference {
        gain if gain.mean - gain.half_width > 0.0 => "",
        gain if gain.mean + gain.half_width < 0.0 => language.say(", worse", "（变差）"),
        _ => language.say(", too close to call", "（难以判定）"),
    };
    language.say(
        format!("{name}: {gain} points to {level}{verdict}; {cost} of pay, {hours} agent-hours on contact."),
        format!("{name}：{gain} 个百分点，达 {level}{verdict}；薪酬 {cost}，在线人时 {hours}。"),
    )
}

/// What a measure is.
pub fn measure_name(told: &Told<'_>, kind: &MeasureKind) -> String {
    let language = told.language;
    match kind {
        MeasureKind::Extra(extra) => extra_name(told, extra),
        MeasureKind::Replan => language.say("A roster made anew from what is now known", "按最新情况重新排班").to_owned(),
    }
}

fn extra_name(told: &Told<'_>, extra: &ExtraAgents) -> String {
    let language = told.language;
    let clock = |minute: u32| format!("{:02}:{:02}", minute / 60, minute % 60);
    let time = format!("{}–{}", clock(extra.minutes.0), clock(extra.minutes.1));
    let days = if extra.days.len() == told.review.grid.days() {
        language.say("every day", "每天").to_owned()
    } else {
        let names: Vec<String> = extra.days.iter().map(|&day| language.day_short(day)).collect();
        names.join(language.say(", ", "、"))
    };
    let (count, level) = (extra.count, &extra.level);
    let agents = if count == 1 { "agent" } else { "agents" };
    language.say(
        format!("{count} more {agents} ({level}) {time} on {days}").replace(" on every", " every"),
        format!("{days} {time} 增加 {count} 人（{level}）"),
    )
}

/// An amount with its sign.
pub fn signed_money(told: &Told<'_>, amount: Money) -> String {
    let text = number::money(amount, &told.review.centre.currency);
    if amount.0 >= 0 { format!("+{text}") } else { text }
}
