//! The report's words in English and Chinese. Whole sentences stand where they are made, in both languages side by side.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use solver_data::{Grain, PayClass, StopReason};

/// Language of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// The one of two wordings that is in this language.
    pub fn say<T>(self, english: T, chinese: T) -> T {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    /// Tag of the language for `lang`.
    pub fn tag(self) -> &'static str {
        self.say("en", "zh-Hans")
    }

    /// Name of a weekday in full.
    pub fn weekday(self, weekday: Weekday) -> &'static str {
        const ENGLISH: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
        const CHINESE: [&str; 7] = ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"];
        self.say(ENGLISH, CHINESE)[weekday.num_days_from_monday() as usize]
    }

    /// Short name of a weekday.
    pub fn weekday_short(self, weekday: Weekday) -> &'static str {
        const ENGLISH: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        const CHINESE: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];
        self.say(ENGLISH, CHINESE)[weekday.num_days_from_monday() as usize]
    }

    /// A day by weekday and date: `Sunday 24 October`, `10月24日 星期日`.
    pub fn day(self, date: NaiveDate) -> String {
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let weekday = self.weekday(date.weekday());
        match self {
            Self::English => format!("{weekday} {} {}", date.day(), MONTHS[date.month0() as usize]),
            Self::Chinese => format!("{}月{}日 {weekday}", date.month(), date.day()),
        }
    }

    /// A day in little room: `Sun 24`, `24日 周日`.
    pub fn day_short(self, date: NaiveDate) -> String {
        let weekday = self.weekday_short(date.weekday());
        match self {
            Self::English => format!("{weekday} {}", date.day()),
            Self::Chinese => format!("{}日 {weekday}", date.day()),
        }
    }

    /// A local instant with its day: `Sun 24 10:30`.
    pub fn moment(self, at: NaiveDateTime) -> String {
        format!("{} {}", self.day_short(at.date()), at.format("%H:%M"))
    }

    /// A local time at which something ends; midnight is 24:00.
    pub fn until(at: NaiveDateTime) -> String {
        if at.time() == NaiveTime::MIN { "24:00".to_owned() } else { at.format("%H:%M").to_string() }
    }

    /// Class of paid time.
    pub fn pay_class(self, class: PayClass) -> &'static str {
        match class {
            PayClass::Normal => self.say("base", "正常"),
            PayClass::Night => self.say("night", "夜班"),
            PayClass::Weekend => self.say("weekend", "周末"),
            PayClass::Holiday => self.say("holiday", "节假日"),
            PayClass::Overtime => self.say("overtime", "加班"),
        }
    }

    /// Why the search ended.
    pub fn stop_reason(self, reason: StopReason) -> &'static str {
        match reason {
            StopReason::Optimal => self.say("proven optimal", "已证明最优"),
            StopReason::Gap => self.say("wished gap reached", "达到目标间隙"),
            StopReason::Iterations => self.say("iterations used up", "迭代次数用完"),
            StopReason::Time => self.say("time used up", "时间用完"),
            StopReason::Interrupted => self.say("stopped by the user", "用户中止"),
        }
    }

    /// Stretch of time that forecast errors are summed over.
    pub fn grain(self, grain: Grain) -> &'static str {
        match grain {
            Grain::Interval => self.say("interval", "时段"),
            Grain::Day => self.say("day", "日"),
            Grain::Week => self.say("week", "周"),
            Grain::Lead(_) => self.say("day ahead", "提前天数"),
        }
    }

    /// Forecasting model by the name it has in files; unknown names are shown as they are.
    pub fn model(self, name: &str) -> String {
        match name {
            "shiftcast" => self.say("shiftcast", "shiftcast"),
            "seasonal_naive" => self.say("last week again", "沿用上周"),
            "average_4_weeks" => self.say("mean of 4 weeks", "四周平均"),
            "poisson_floor" => self.say("Poisson floor", "泊松下限"),
            other => other,
        }
        .to_owned()
    }

    /// Name of a queue; `all` is a word, not a name.
    pub fn queue(self, name: &str) -> String {
        if name == "all" { self.say("All queues", "全部队列").to_owned() } else { name.to_owned() }
    }
}

/// A count with its English noun: `1 stretch`, `2 stretches`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", super::number::count(count), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        let stretches = |count| counted(count, "stretch", "stretches");
        assert_eq!([0, 1, 1_200].map(stretches), ["0 stretches", "1 stretch", "1,200 stretches"]);
    }

    #[test]
    fn days_are_named_in_both_languages() {
        let date = NaiveDate::from_ymd_opt(1999, 10, 24).unwrap();
        assert_eq!(Language::English.day(date), "Sunday 24 October");
        assert_eq!(Language::Chinese.day(date), "10月24日 星期日");
        assert_eq!(Language::English.day_short(date), "Sun 24");
        assert_eq!(Language::until(date.and_hms_opt(0, 0, 0).unwrap()), "24:00");
        assert_eq!(Language::English.moment(date.and_hms_opt(10, 30, 0).unwrap()), "Sun 24 10:30");
    }

    #[test]
    fn an_unknown_model_keeps_its_name() {
        assert_eq!(Language::English.model("holt_winters"), "holt_winters");
    }
}
