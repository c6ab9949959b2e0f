//! The review of a week that is over: a page to print for the lead, then what stands behind it.

mod advice;
mod behind;
pub mod front;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use scenarios::Review;

use super::page::{PATTERNS, STYLE};
use super::words::Language;
use super::{ReportMeta, number};

pub use advice::{advice, measure_line};

/// A review and how it is told.
pub struct Told<'a> {
    /// The review.
    pub review: &'a Review,
    /// How it was made.
    pub meta: &'a ReportMeta,
    /// The reader's language.
    pub language: Language,
}

/// The parts of a miss, in the order of a week: their field, name and meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the requirement would have missed.
    Staffing,
    /// Where the roster stands otherwise than asked.
    Fit,
    /// Other contacts than expected.
    Volume,
    /// Other handle times than expected.
    HandleTime,
    /// Other attendance than expected.
    Attendance,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 5] = [Self::Staffing, Self::Fit, Self::Volume, Self::HandleTime, Self::Attendance];

    /// The name used in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Staffing => "staffing",
            Self::Fit => "roster_fit",
            Self::Volume => "forecast_volume",
            Self::HandleTime => "forecast_handle_time",
            Self::Attendance => "attendance",
        }
    }

    /// The name a reader sees.
    pub fn word(self, language: Language) -> &'static str {
        match self {
            Self::Staffing => language.say("staffing", "人力测算"),
            Self::Fit => language.say("roster fit", "排班契合"),
            Self::Volume => language.say("volume", "话务量预测"),
            Self::HandleTime => language.say("handle time", "处理时长预测"),
            Self::Attendance => language.say("attendance", "出勤"),
        }
    }

    /// What it stands for.
    pub fn meaning(self, language: Language) -> &'static str {
        match self {
            Self::Staffing => language.say("what the requirement itself would have missed", "人力需求本身的不足"),
            Self::Fit => language.say("the roster stands elsewhere than asked", "排班与需求错位"),
            Self::Volume => language.say("other contacts than forecast", "来量与预测不符"),
            Self::HandleTime => language.say("other handle times than forecast", "平均处理时长与预测不符"),
            Self::Attendance => language.say("others there than expected", "实际出勤与预期不符"),
        }
    }

    /// Its share of the service missed.
    pub fn of_service(self, row: &scenarios::simulation::MissedService) -> solver_data::Estimate {
        match self {
            Self::Staffing => row.staffing,
            Self::Fit => row.fit,
            Self::Volume => row.volume,
            Self::HandleTime => row.handle_time,
            Self::Attendance => row.attendance,
        }
    }

    /// Its share of the agent-hours missing.
    pub fn of_hours(self, row: &scenarios::review::HourParts) -> f64 {
        match self {
            Self::Staffing => row.staffing,
            Self::Fit => row.fit,
            Self::Volume => row.volume,
            Self::HandleTime => row.handle_time,
            Self::Attendance => row.attendance,
        }
    }
}

/// A difference of service levels in points: `+6.1`.
pub fn in_points(share: f64) -> String {
    number::signed(100.0 * share, 1)
}

/// The same with its interval.
pub fn in_points_within(share: solver_data::Estimate) -> String {
    let (points, half) = (in_points(share.mean), number::quantity(100.0 * share.half_width, 1));
    if share.half_width > 0.0 { format!("{points}\u{a0}±\u{a0}{half}") } else { points }
}

/// The page of a review as complete HTML.
pub fn render(review: &Review, meta: &ReportMeta, language: Language) -> String {
    page(&Told { review, meta, language }).into_string()
}

fn page(told: &Told<'_>) -> Markup {
    let language = told.language;
    let name = &told.review.centre.name;
    let title = language.say("Review", "复盘");
    let sections = [
        ("days", language.say("Day by day", "逐日"), behind::days(told)),
        ("queues", language.say("By queue", "分队列"), behind::queues(told)),
        ("forecast", language.say("Forecast against what came", "预测与实际"), behind::forecast(told)),
        ("next", language.say("The next period", "下一周期"), behind::next(told)),
        ("provenance", language.say("Where the numbers come from", "数字的来源"), behind::provenance(told)),
    ];
    html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content={ "shiftcast " (told.meta.version) };
                title { (name) " · " (title) " · " (told.meta.generated_for) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (PreEscaped(PATTERNS))
                header.top {
                    p.place { b { (name) } " " span { (title) " · " (told.meta.generated_for) } }
                    nav aria-label=(language.say("Contents", "目录")) {
                        @for (id, name, _) in &sections { a href={ "#" (id) } { (name) } }
                    }
                }
                main {
                    section.front { (front::section(told)) }
                    @for (id, name, body) in &sections {
                        section id=(id) { h2 { (name) } (body) }
                    }
                }
            }
        }
    }
}
