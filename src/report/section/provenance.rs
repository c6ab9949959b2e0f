//! Where the numbers come from: version, seed, inputs, solver, models and formulas.

use maud::{Markup, html};

use crate::report::number;
use crate::report::promise::broken_text;
use crate::report::table::Table;
use crate::report::week::Week;

/// The section.
pub fn section(week: &Week<'_>) -> Markup {
    html! { div.columns { (run(week)) (solve(week)) } (formulas(week)) (inputs(week)) }
}

fn pairs(caption: &str, rows: Vec<(&str, String)>) -> Markup {
    html! { table.pairs { caption { (caption) } tbody { @for (name, value) in rows { tr { th scope="row" { (name) } td { (value) } } } } } }
}

fn run(week: &Week<'_>) -> Markup {
    let (planned, meta, language) = (week.planned, week.meta, week.language);
    let mut models: Vec<&str> = planned.forecast.queues.iter().map(|queue| queue.model.as_str()).collect();
    models.sort_unstable();
    models.dedup();
    pairs(
        language.say("The run", "运行"),
        vec![
            (language.say("program", "程序"), format!("shiftcast {}", meta.version)),
            (language.say("seed", "随机种子"), meta.seed.to_string()),
            (language.say("horizon", "计划期"), meta.generated_for.clone()),
            (language.say("time zone", "时区"), planned.centre.zone.name().to_owned()),
            (language.say("interval", "时段长度"), format!("{} min", week.grid().interval_minutes())),
            (language.say("forecast model", "预测模型"), models.join(", ")),
            (language.say("replications", "模拟次数"), number::count(planned.performance.replications as usize)),
            (language.say("labour rules", "劳动规则"), planned.centre.rules.pack.clone()),
        ],
    )
}

fn solve(week: &Week<'_>) -> Markup {
    let (solve, language) = (&week.planned.solve, week.language);
    let currency = &week.planned.centre.currency;
    let units = number::minor_units(currency);
    let amount = |value: f64| format!("{}\u{a0}{}", number::quantity(value / units, 2), currency.code);
    pairs(
        language.say("The roster's search", "排班求解"),
        vec![
            (language.say("objective", "目标值"), amount(solve.objective)),
            (language.say("lower bound", "下界"), amount(solve.lower_bound)),
            (language.say("gap", "间隙"), number::percent(solve.gap, 2, language)),
            (language.say("stopped because", "停止原因"), language.stop_reason(solve.stop_reason).to_owned()),
            (language.say("rule for stopping", "停止规则"), week.meta.stop.clone()),
            (language.say("iterations", "迭代次数"), number::count(solve.iterations as usize)),
            (language.say("verified", "校验"), verified(week)),
        ],
    )
}

fn verified(week: &Week<'_>) -> String {
    broken_text(week).unwrap_or_else(|| week.language.say("no rule broken", "无违规").to_owned())
}

fn formulas(week: &Week<'_>) -> Markup {
    let language = week.language;
    let lines = language.say(
        [
            ("offered load", "a = contacts × handle time / interval, in erlangs"),
            (
                "interval of a sum",
                "errors of the day's level are shared by the queues and add up; noise of intervals adds in squares",
            ),
            ("agents on contact", "fewest n for which the targets hold by Erlang A (with patience) or Erlang C (without)"),
            ("agents to schedule", "n / ((1 − planned shrinkage)(1 − unplanned shrinkage)); breaks are placed by the roster"),
            (
                "shortage",
                "largest shortfall of any pool of queues: a pool's agents to schedule − agents on contact who may serve it",
            ),
            ("share in time", "answered within the threshold / offered, or the queue's own definition"),
            ("± after a simulated number", "half-width of its 95 % confidence interval (Student t over replications)"),
            ("objective", "pay + price of missing agents + price of spare agents + price of refused wishes"),
            ("gap", "(objective − lower bound) / objective"),
            (
                "amount of a cost line",
                "paid hours × base pay × (1 + highest premium) × (1 + on-costs), rounded to the minor unit",
            ),
        ],
        [
            ("话务量", "a = 联络量 × 处理时长 / 时段长度（爱尔兰）"),
            ("合计的区间", "日水平误差为各队列共有，直接相加；时段噪声相互独立，平方相加"),
            ("在线人数", "满足目标的最少人数 n：有耐心时用 Erlang A，否则用 Erlang C"),
            ("应排人数", "n / （（1 − 计划损耗）（1 − 非计划损耗））；休息由排班放置"),
            ("缺口", "各队列组合中的最大差额：应排人数 − 可服务该组合的在线人数"),
            ("及时率", "阈值内应答 / 呼入，或队列自定义口径"),
            ("模拟数字后的 ±", "95% 置信区间半宽（对重复次数的 t 分布）"),
            ("目标值", "薪资 + 缺人代价 + 冗余代价 + 未满足意愿的代价"),
            ("间隙", "（目标值 − 下界）/ 目标值"),
            ("成本行金额", "付薪小时 × 基本时薪 ×（1 + 最高津贴）×（1 + 附加成本），舍入到最小货币单位"),
        ],
    );
    pairs(language.say("Formulas", "公式"), lines.into_iter().map(|(name, text)| (name, text.to_owned())).collect())
}

fn inputs(week: &Week<'_>) -> Markup {
    let language = week.language;
    let mut table =
        Table::new(language.say("Inputs", "输入文件"), &language.say(["file", "SHA-256"], ["文件", "SHA-256"])).with_text(&[1]);
    for (file, hash) in &week.meta.inputs {
        table.row(vec![file.clone(), hash.clone()]);
    }
    html! { @if !table.is_empty() { div.hashes { (table.markup()) } } }
}
