//! What stands behind the first page: days, queues, forecasts, the next period, and where the numbers come from.

use maud::{Markup, html};
use scenarios::review::{ForecastError, Remark, Unplanned};
use scenarios::simulation::MissedService;

use super::advice::{measure_name, signed_money};
use super::{Part, Told, in_points, in_points_within};
use crate::report::chart::{DayWindow, NeedLines, PANEL_WIDTH, TimeAxis, need_lines};
use crate::report::figure::{Figure, key, panel};
use crate::report::number;
use crate::report::table::Table;

/// Agents by day, and the parts of every day.
pub fn days(told: &Told<'_>) -> Markup {
    let (language, review) = (told.language, told.review);
    let need = &review.need;
    let busy = |t: usize| need.needed[t] > 0.0 || need.present[t] > 0.0 || need.asked[t] > 0.0;
    let window = DayWindow::around(&review.grid, busy);
    let open: Vec<bool> = (0..review.grid.len()).map(|t| need.expected[t] > 0.0 || need.came[t] > 0.0 || busy(t)).collect();
    let largest = need.needed.iter().chain(&need.present).chain(&need.asked).copied().fold(0.0, f64::max);
    let chart = |day: usize| {
        let range = review.grid.day_range(day);
        let hours = review.grid.interval_seconds() / 3600.0;
        let missing: f64 = range.map(|t| (need.needed[t] - need.present[t]).max(0.0)).sum::<f64>() * hours;
        let axis = TimeAxis { grid: &review.grid, window, days: day..day + 1, left: 34.0, right: PANEL_WIDTH - 2.0, open: &open };
        let lines = NeedLines { axis, largest, needed: &need.needed, asked: &need.asked, present: &need.present };
        let missing = number::quantity(missing, 1);
        let note = language.say(format!("{missing} agent-hours short"), format!("缺 {missing} 人时"));
        let name = language.day(review.grid.date(day));
        panel(&name, &note, &need_lines(&lines, (PANEL_WIDTH, 170.0), &format!("{name}: {note}"), language))
    };
    let picture = html! {
        (key(&[
            ("k-required", language.say("needed for what came", "按实际所需")),
            ("k-asked", language.say("asked for by the plan", "计划需求")),
            ("k-contact", language.say("on contact", "实际在线")),
            ("k-shortage", language.say("missing", "缺口")),
        ]))
        div.panels { @for day in 0..review.grid.days() { (chart(day)) } }
    };
    let rows: Vec<&MissedService> = review.service.iter().filter(|row| row.queue == "all").collect();
    let table = parts_table(told, language.say("All queues by day", "全部队列逐日"), &rows, Stretch::Days);
    let figure = Figure {
        title: language.say("Agents needed and there", "所需与实际在线人数").to_owned(),
        conclusion: language
            .say(
                "The solid orange line is what the contacts that came would have needed, known beforehand.",
                "橙色实线为若事先知道来量所需的人数。",
            )
            .to_owned(),
        picture,
        data: curve_table(told).markup(),
    };
    html! { (table.markup()) (figure.markup(language)) }
}

fn curve_table(told: &Told<'_>) -> Table {
    let (language, review) = (told.language, told.review);
    let head = language.say(
        ["from", "expected", "came", "asked for", "needed", "on contact"],
        ["时间", "预测", "实际", "计划需求", "按实际所需", "在线"],
    );
    let mut table = Table::new(language.say("Contacts and agents by interval", "各时段联络量与人数"), &head);
    let need = &review.need;
    for t in (0..review.grid.len()).filter(|&t| need.needed[t] > 0.0 || need.present[t] > 0.0) {
        table.row(vec![
            language.moment(review.grid.local(t)),
            number::quantity(need.expected[t], 1),
            number::quantity(need.came[t], 1),
            number::quantity(need.asked[t], 0),
            number::quantity(need.needed[t], 0),
            number::quantity(need.present[t], 1),
        ]);
    }
    table
}

/// The parts of every queue over the horizon.
pub fn queues(told: &Told<'_>) -> Markup {
    let language = told.language;
    let rows: Vec<&MissedService> = told.review.service.iter().filter(|row| row.day.is_none()).collect();
    let of_days: Vec<&MissedService> = told.review.service.iter().filter(|row| row.day.is_some() && row.queue != "all").collect();
    let caption = language.say("Every queue over the horizon", "各队列合计");
    html! {
        (parts_table(told, caption, &rows, Stretch::Whole).markup())
        (hours_table(told).markup())
        details {
            summary { (language.say("Every queue by day", "各队列逐日")) }
            (parts_table(told, language.say("Service by queue and day", "分队列逐日"), &of_days, Stretch::Days).markup())
        }
        @for part in Part::ALL { p.aside { b { (part.word(language)) } ": " (part.meaning(language)) } }
    }
}

/// What the rows of a table of parts stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stretch {
    /// Days, and the whole horizon.
    Days,
    /// The whole horizon alone.
    Whole,
}

fn parts_table(told: &Told<'_>, caption: &str, rows: &[&MissedService], stretch: Stretch) -> Table {
    let language = told.language;
    let unit = language.say("; parts in points of service level, 95 % intervals", "；各部分为百分点，95% 置信区间");
    let mut head = vec![language.say("queue", "队列")];
    if stretch == Stretch::Days {
        head.push(language.say("day", "日期"));
    }
    head.extend(language.say(["contacts", "wanted", "planned", "served"], ["联络量", "目标", "计划", "实际"]));
    head.extend(Part::ALL.map(|part| part.word(language)));
    head.push(language.say("miss", "差距"));
    let mut table = Table::new(format!("{caption}{unit}"), &head).with_text(if stretch == Stretch::Days { &[1] } else { &[] });
    for row in rows {
        let mut cells = vec![language.queue(&row.queue)];
        if stretch == Stretch::Days {
            cells.push(row.day.map_or_else(|| language.say("whole", "合计").to_owned(), |day| language.day_short(day)));
        }
        cells.extend([
            number::quantity(row.contacts, 0),
            number::percent(row.wanted, 0, language),
            number::percent_estimate(row.planned, language),
            number::percent_estimate(row.served, language),
        ]);
        cells.extend(Part::ALL.map(|part| in_points_within(part.of_service(row))));
        cells.push(in_points(row.wanted - row.served.mean));
        table.row(cells);
    }
    table
}

fn hours_table(told: &Told<'_>) -> Table {
    let language = told.language;
    let caption = language
        .say("Agent-hours on contact; a queue's share of agents is its share of the load", "在线人时；队列按负荷比例分摊");
    let mut head = vec![language.say("queue", "队列")];
    head.extend(language.say(["asked for", "needed", "there"], ["计划需求", "按实际所需", "在线"]));
    head.extend(Part::ALL.map(|part| part.word(language)));
    head.push(language.say("gap", "差距"));
    let mut table = Table::new(caption, &head);
    for row in told.review.hours.iter().filter(|row| row.day.is_none()) {
        let mut cells = vec![language.queue(&row.queue)];
        cells.extend([row.asked, row.needed, row.present].map(|hours| number::quantity(hours, 1)));
        cells.extend(Part::ALL.map(|part| number::signed(part.of_hours(row), 1)));
        cells.push(number::signed(row.needed - row.present, 1));
        table.row(cells);
    }
    table
}

/// How good the forecast was.
pub fn forecast(told: &Told<'_>) -> Markup {
    let (language, review) = (told.language, told.review);
    let head = language.say(
        ["queue", "expected", "came", "difference", "WAPE", "in 80 %", "AHT expected, s", "AHT, s", "abandoned, recorded"],
        ["队列", "预测", "实际", "偏差", "WAPE", "80% 区间内", "预测处理时长（秒）", "实际处理时长（秒）", "记录放弃率"],
    );
    let mut table = Table::new(language.say("Contacts and handle times over the horizon", "联络量与平均处理时长"), &head);
    for row in &review.forecast {
        table.row(vec![
            language.queue(&row.queue),
            number::quantity(row.expected, 0),
            number::quantity(row.came, 0),
            number::signed_percent(row.came / row.expected - 1.0, 1, language),
            number::percent(row.wape, 1, language),
            number::percent(row.coverage80, 0, language),
            number::quantity(row.expected_aht, 0),
            number::quantity(row.aht, 0),
            number::percent(row.recorded.abandonment().unwrap_or(f64::NAN), 1, language),
        ]);
    }
    html! {
        (table.markup())
        @if let Some(all) = review.forecast.last() { (by_day(told, all).markup()) }
        @if !review.remarks.is_empty() { ul.bad { @for remark in &review.remarks { li { (remark_line(told, remark)) } } } }
    }
}

fn by_day(told: &Told<'_>, all: &ForecastError) -> Table {
    let (language, review) = (told.language, told.review);
    let days: Vec<String> = review.grid.dates().iter().map(|&date| language.day_short(date)).collect();
    let mut head = vec![language.say("all queues", "全部队列")];
    head.extend(days.iter().map(String::as_str));
    let mut table = Table::new(language.say("Contacts by day", "逐日联络量"), &head);
    let mut row = |name: &str, value: &dyn Fn(&(f64, f64)) -> String| {
        table.row(std::iter::once(name.to_owned()).chain(all.days.iter().map(value)).collect());
    };
    row(language.say("expected", "预测"), &|day| number::quantity(day.0, 0));
    row(language.say("came", "实际"), &|day| number::quantity(day.1, 0));
    row(language.say("difference", "偏差"), &|day| number::signed_percent(day.1 / day.0 - 1.0, 1, language));
    table
}

/// A remark in words.
pub fn remark_line(told: &Told<'_>, remark: &Remark) -> String {
    let language = told.language;
    match remark {
        Remark::Unknown { intervals } => {
            let count = number::count(*intervals);
            language.say(
                format!("{count} open intervals have no count: taken as they were forecast"),
                format!("{count} 个营业时段没有实际数：按预测处理"),
            )
        }
        Remark::OutsideHours { contacts } => {
            let count = number::quantity(*contacts, 0);
            language.say(
                format!("{count} contacts came outside the opening hours and were left out"),
                format!("{count} 次联络发生在营业时间之外，未计入"),
            )
        }
        Remark::UnknownQueue { queue } => language.say(
            format!("queue {queue} is not in centre.toml and was left out"),
            format!("队列 {queue} 不在 centre.toml 中，未计入"),
        ),
        Remark::NoHandleTime { queue } => language.say(
            format!("queue {queue} has no handle times: taken as they were forecast"),
            format!("队列 {queue} 没有处理时长：按预测处理"),
        ),
        other => format!("{other:?}"),
    }
}

/// The next period with and without the measures.
pub fn next(told: &Told<'_>) -> Markup {
    let (language, review) = (told.language, told.review);
    let next = &review.next;
    let span = format!("{}–{}", language.day(next.days.0), language.day(next.days.1));
    let absence = next.absence.1;
    let (contacts, needed) = (number::quantity(next.contacts.1, 0), number::quantity(next.needed.1, 0));
    let (more, hours) = (
        number::signed_percent(next.contacts.1 / next.contacts.0 - 1.0, 1, language),
        number::signed(next.needed.1 - next.needed.0, 0),
    );
    let lost = number::percent(absence, 1, language);
    let mut head = vec![language.say("queue", "队列"), language.say("roster going on", "沿用排班")];
    let names: Vec<String> = next.measures.iter().map(|measure| measure_name(told, &measure.kind)).collect();
    for name in &names {
        head.push(name);
        head.push(language.say("difference", "差异"));
    }
    let caption = language.say("Share in time, paired under the same random numbers", "服务水平，相同随机数成对比较");
    let mut table = Table::new(caption, &head);
    for (place, base) in next.base.iter().enumerate() {
        let mut cells = vec![language.queue(&base.queue), number::percent_estimate(base.service_level, language)];
        for own in next.measures.iter().filter_map(|measure| measure.service.get(place)) {
            cells.push(number::percent_estimate(own.service_level, language));
            cells.push(in_points_within(own.difference));
        }
        table.row(cells);
    }
    let mut cells = vec![language.say("pay", "薪酬").to_owned(), number::money(next.base_cost, &review.centre.currency)];
    for measure in &next.measures {
        let all = solver_data::Money(next.base_cost.0 + measure.cost.0);
        cells.extend([number::money(all, &review.centre.currency), signed_money(told, measure.cost)]);
    }
    table.total(cells);
    html! {
        p { (language.say(
            format!("{span}: {contacts} contacts are expected now that the week is known ({more} on the forecast without it), and {needed} agent-hours on contact ({hours}). {lost} of the rostered time is taken to be lost."),
            format!("{span}：计入本周数据后预计 {contacts} 次联络（较之前 {more}），需要 {needed} 在线人时（{hours}）；按损耗率 {lost} 计算。"),
        )) }
        (table.markup())
        @if let Some(Unplanned::Failed(why)) = &next.unplanned {
            p.aside { (language.say("No roster could be made anew: ", "未能重新排班：")) (why) }
        }
    }
}

/// Where the numbers come from.
pub fn provenance(told: &Told<'_>) -> Markup {
    let (language, review, meta) = (told.language, told.review, told.meta);
    let rows = [
        (language.say("program", "程序"), format!("shiftcast {}", meta.version)),
        (language.say("seed", "随机种子"), meta.seed.to_string()),
        (language.say("week", "周期"), meta.generated_for.clone()),
        (language.say("time zone", "时区"), review.centre.zone.name().to_owned()),
        (language.say("replications", "模拟次数"), number::count(review.replications as usize)),
        (language.say("next roster", "下期排班"), meta.stop.clone()),
    ];
    let how = language.say(
        "Each simulated week is run for every subset of volume, handle times and attendance that acts as it did, the others as planned, under the same random numbers; their parts are Shapley values. Staffing is what the requirement misses when agents stand exactly as it asks; the roster's fit is what the roster adds to that. Agents missing with leave known beforehand are no absence. Where counts are known, exactly as many contacts come in each interval; their instants, handle times and patience are drawn.",
        "每个模拟周对来量、处理时长、出勤的所有组合各运行一次（其余按计划），使用相同随机数，各部分取 Shapley 值。人力测算为完全按需求配置时的不足；排班契合为排班在此之上的差异。事先批准的休假不算缺勤。每个时段的联络数与实际一致，到达时刻、处理时长与耐心随机抽取。",
    );
    html! {
        table.pairs { tbody { @for (name, value) in rows { tr { th scope="row" { (name) } td { (value) } } } } }
        p { (how) }
        @if !meta.inputs.is_empty() {
            details {
                summary { (language.say("Input files and their SHA-256", "输入文件及 SHA-256")) }
                table.pairs.hashes { tbody { @for (name, hash) in &meta.inputs { tr { th scope="row" { (name) } td { (hash) } } } } }
            }
        }
    }
}
