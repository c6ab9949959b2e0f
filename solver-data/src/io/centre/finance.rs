//! Keys of `[pay]`, `[[level]]` and `[[contract]]` that finance reads, and `[capacity]`.

use super::entry::Entry;
use super::section::Section;
use crate::finance::{CapacityTerms, FinanceTerms, OvertimeBand, OvertimePay};
use crate::io::spelling::suggest;
use crate::unit::Money;

/// Minutes of a week.
const WEEK: u32 = 7 * 24 * 60;

/// What `[pay]` says beyond the premiums of a rostered minute.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct PayTerms {
    pub(super) overtime: OvertimePay,
    pub(super) outsourced_minute: Option<Money>,
    pub(super) abandoned_contact: Option<Money>,
}

impl PayTerms {
    /// Reads its keys of `[pay]`.
    pub(super) fn read(section: &Section<'_>, digits: u32) -> Self {
        let overtime = OvertimePay {
            bands: section.optional("overtime").map(|entry| bands(&entry)).unwrap_or_default(),
            weekend: section.optional("overtime_weekend").and_then(|entry| rate(&entry)),
            holiday: section.optional("overtime_holiday").and_then(|entry| rate(&entry)),
        };
        for key in ["overtime_weekend", "overtime_holiday"] {
            if let Some(entry) = section.optional(key).filter(|_| !section.has("overtime")) {
                let hint = "write `overtime = [{ hours = [40, 168], rate = \"150 %\" }]`";
                entry.refuse::<()>(format!("`{key}` has no hours it is paid for"), hint);
            }
        }
        let money = |key| section.optional(key).and_then(|entry: Entry<'_>| entry.money(digits));
        Self { overtime, outsourced_minute: money("outsourced_minute"), abandoned_contact: money("abandoned_contact") }
    }
}

/// A rate on base pay: `1.5` or `"150 %"`.
fn rate(entry: &Entry<'_>) -> Option<f64> {
    match entry.factor()? {
        rate if rate >= 1.0 => Some(rate),
        rate => entry
            .refuse(format!("overtime at {:.0} % of base pay is less than base pay", 100.0 * rate), "write \"150 %\" or more"),
    }
}

/// `overtime = [{ hours = [40, 48], rate = "150 %" }, { hours = [48, 168], rate = "200 %" }]`, without a gap up to the week's end.
fn bands(entry: &Entry<'_>) -> Vec<OvertimeBand> {
    let example = "overtime = [{ hours = [40, 48], rate = \"150 %\" }, { hours = [48, 168], rate = \"200 %\" }]";
    let mut bands: Vec<OvertimeBand> = Vec::new();
    for own in entry.list(&format!("write `{example}`")).unwrap_or_default() {
        let Some(section) = own.clone().section() else { continue };
        let hours = section.required("hours", "hours = [40, 48]").and_then(|entry| span(&entry));
        let rate = section.required("rate", "rate = \"150 %\"").and_then(|entry| rate(&entry));
        section.close();
        let (Some((from, to)), Some(rate)) = (hours, rate) else { continue };
        match bands.last() {
            Some(last) if last.to < from => {
                let message = format!("no rate is given for weekly hours {} to {}", told(last.to), told(from));
                own.refuse::<()>(message, format!("write hours = [{}, {}], or add a band between", told(last.to), told(to)));
            }
            Some(last) if last.to > from => {
                let message = format!("weekly hours {} to {} have two rates", told(from), told(last.to.min(to)));
                own.refuse::<()>(message, format!("start the band at {}; bands ascend", told(last.to)));
            }
            _ => {}
        }
        bands.push(OvertimeBand { from, to, rate });
    }
    match bands.last() {
        Some(last) if last.to < WEEK => {
            let message = format!("no rate is given from {} weekly hours on", told(last.to));
            entry.refuse::<()>(message, format!("write hours = [{}, 168] for the last band", told(last.from)));
        }
        _ => {}
    }
    bands
}

fn told(minutes: u32) -> String {
    format!("{}", f64::from(minutes) / 60.0)
}

/// Two ascending hours of a week as minutes.
fn span(entry: &Entry<'_>) -> Option<(u32, u32)> {
    let hint = "write it as [40, 48]: from and to which weekly hours";
    let list = entry.list(hint)?;
    let [from, to] = list.as_slice() else {
        return entry.refuse(format!("{} numbers stand where two are needed", list.len()), hint);
    };
    match (from.hours()?, to.hours()?) {
        (from, to) if from < to => Some((from, to)),
        _ => entry.refuse("the band ends before it starts", hint),
    }
}

/// `[capacity]`; what is not named is assumed.
pub(super) fn read_capacity(section: Option<Section<'_>>, levels: &[&str], digits: u32) -> CapacityTerms {
    let mut terms = CapacityTerms::usual();
    let Some(section) = section else { return terms };
    let reading = Capacity { section, digits };
    reading.hiring(&mut terms);
    reading.people(&mut terms);
    reading.limits(&mut terms);
    reading.cross_training(&mut terms);
    if let Some(entry) = reading.section.optional("hired") {
        terms.hired = hired(&entry, levels);
    }
    terms.stated = reading.section.entries().into_iter().map(|(key, _, _)| key.to_owned()).collect();
    reading.section.close();
    terms
}

/// Levels that may be hired: `hired = ["junior", "regular"]`.
fn hired(entry: &Entry<'_>, levels: &[&str]) -> Vec<bool> {
    let named = entry.texts("write it as [\"junior\"]");
    for name in &named {
        if !levels.contains(&name.value.as_str()) {
            entry.refuse::<()>(format!("there is no level \"{}\"", name.value), suggest(&name.value, levels.iter().copied()));
        }
    }
    if named.is_empty() {
        entry.refuse::<()>("no level may be hired", "name at least one level, or leave the line out");
    }
    levels.iter().map(|level| named.iter().any(|name| name.value == *level)).collect()
}

struct Capacity<'d> {
    section: Section<'d>,
    digits: u32,
}

impl Capacity<'_> {
    fn set<T>(&self, key: &'static str, target: &mut T, read: impl Fn(&Entry<'_>) -> Option<T>) {
        if let Some(value) = self.section.optional(key).and_then(|entry| read(&entry)) {
            *target = value;
        }
    }

    fn money(&self, key: &'static str, target: &mut Option<Money>) {
        self.set(key, target, |entry| entry.money(self.digits).map(Some));
    }

    fn hiring(&self, terms: &mut CapacityTerms) {
        let whole = |most: i64| move |entry: &Entry<'_>| entry.whole(0..=most).map(|number| number as u32);
        self.set("lead_months", &mut terms.lead_months, whole(24));
        self.set("training_weeks", &mut terms.training_weeks, |entry| weeks(entry, 52.0));
        self.set("training_pass", &mut terms.training_pass, |entry| match entry.share()? {
            0.0 => entry.refuse("nobody passes the training", "write a share above 0, such as \"85 %\""),
            pass => Some(pass),
        });
        self.set("class_seats", &mut terms.class_seats, |entry| entry.whole(1..=10_000).map(|seats| seats as u32));
        self.set("classes_a_month", &mut terms.classes_a_month, whole(1_000));
        self.money("class_cost", &mut terms.class_cost);
        self.money("hiring_cost", &mut terms.hiring_cost);
    }

    fn people(&self, terms: &mut CapacityTerms) {
        self.set("ramp", &mut terms.ramp, |entry| shares(entry, "ramp = [\"60 %\", \"80 %\"]"));
        self.set("attrition", &mut terms.attrition, |entry| {
            let read = shares(entry, "attrition = [\"6 %\", \"4 %\", \"3 %\"]")?;
            if read.is_empty() || read.contains(&1.0) {
                return entry.refuse("everybody leaves, or nothing is said", "write a share below 1 for each month of tenure");
            }
            Some(read)
        });
        self.set("leave", &mut terms.leave, |entry| {
            if !entry.is_list() {
                return entry.share().filter(|&share| share < 1.0).map(|share| vec![share; 12]);
            }
            let read = shares(entry, "leave = \"8 %\"")?;
            match read.len() {
                12 => Some(read),
                many => entry.refuse(
                    format!("{many} shares stand where 12 are needed"),
                    "write one share, or one for each month from January on",
                ),
            }
        });
        self.set("roster_efficiency", &mut terms.roster_efficiency, |entry| match entry.share()? {
            0.0 => entry.refuse("a roster of no use covers nothing", "write a share above 0, such as \"90 %\""),
            share => Some(share),
        });
        self.set("monthly_hours", &mut terms.monthly_hours, |entry| entry.positive().map(Some));
    }

    fn limits(&self, terms: &mut CapacityTerms) {
        self.set("overtime_limit", &mut terms.overtime.0, share);
        self.set("overtime_rate", &mut terms.overtime.1, rate);
        self.set("outsourcing_limit", &mut terms.outsourcing_limit, share);
    }

    fn cross_training(&self, terms: &mut CapacityTerms) {
        let whole = |entry: &Entry<'_>| entry.whole(0..=1_000).map(|number| number as u32);
        self.set("cross_training_seats", &mut terms.cross_training_seats, whole);
        self.set("cross_training_weeks", &mut terms.cross_training_weeks, |entry| weeks(entry, 4.0));
        self.set("cross_training_tenure", &mut terms.cross_training_tenure, whole);
        self.money("cross_training_cost", &mut terms.cross_training_cost);
    }
}

fn share(entry: &Entry<'_>) -> Option<f64> {
    entry.share()
}

fn weeks(entry: &Entry<'_>, most: f64) -> Option<f64> {
    match entry.non_negative()? {
        weeks if weeks <= most => Some(weeks),
        weeks => entry.refuse(format!("{weeks} weeks are more than {most}"), format!("write a number from 0 to {most}")),
    }
}

fn shares(entry: &Entry<'_>, example: &str) -> Option<Vec<f64>> {
    entry.list(&format!("write `{example}`"))?.iter().map(Entry::share).collect()
}

/// The terms of all tables together.
pub(super) fn terms(
    pay: PayTerms,
    variable_hourly: Vec<Money>,
    overtime_after: Vec<Option<u32>>,
    capacity: CapacityTerms,
) -> FinanceTerms {
    FinanceTerms {
        overtime: pay.overtime,
        outsourced_minute: pay.outsourced_minute,
        abandoned_contact: pay.abandoned_contact.unwrap_or(Money(0)),
        variable_hourly,
        overtime_after,
        capacity,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::ValidationReport;
    use crate::io::centre::document::Document;
    use crate::io::text::SourceText;

    fn pay(text: &str) -> (PayTerms, ValidationReport) {
        let document = Document::new(SourceText::decode("centre.toml", text.as_bytes()));
        let table = document.parse();
        let root = Section::root(&document, &table);
        let terms = PayTerms::read(&root, 2);
        root.close();
        drop(table);
        (terms, document.into_report())
    }

    fn capacity(text: &str) -> (CapacityTerms, ValidationReport) {
        let document = Document::new(SourceText::decode("centre.toml", text.as_bytes()));
        let table = document.parse();
        let root = Section::root(&document, &table);
        let terms = read_capacity(root.optional("capacity").and_then(Entry::section), &["junior", "senior"], 2);
        drop(table);
        (terms, document.into_report())
    }

    #[test]
    fn overtime_and_prices_are_read() {
        let text = "overtime = [{ hours = [40, 48], rate = \"150 %\" }, { hours = [48, 168], rate = 2.0 }]\n\
            overtime_holiday = \"300 %\"\noutsourced_minute = 0.85\nabandoned_contact = 4\n";
        let (terms, report) = pay(text);
        assert!(report.findings.is_empty(), "{report:?}");
        assert_eq!(terms.overtime.bands[1], OvertimeBand { from: 2_880, to: 10_080, rate: 2.0 });
        assert_eq!(terms.overtime.holiday, Some(3.0));
        assert_eq!((terms.outsourced_minute, terms.abandoned_contact), (Some(Money(85)), Some(Money(400))));
    }

    #[test]
    fn a_gap_an_overlap_and_an_open_end_are_named_with_their_hours() {
        let cases = [
            (
                "overtime = [{ hours = [40, 44], rate = 1.5 }, { hours = [46, 168], rate = 2 }]",
                "no rate is given for weekly hours 44 to 46",
            ),
            (
                "overtime = [{ hours = [40, 50], rate = 1.5 }, { hours = [46, 168], rate = 2 }]",
                "weekly hours 46 to 50 have two rates",
            ),
            ("overtime = [{ hours = [40, 48], rate = 1.5 }]", "no rate is given from 48 weekly hours on"),
            ("overtime = [{ hours = [40, 168], rate = 0.5 }]", "overtime at 50 % of base pay is less than base pay"),
            ("overtime_weekend = 2", "`overtime_weekend` has no hours it is paid for"),
        ];
        for (text, message) in cases {
            let (_, report) = pay(text);
            assert_eq!(report.findings.len(), 1, "{report:?}");
            assert_eq!((report.findings[0].message.as_str(), report.findings[0].line), (message, Some(1)));
            assert!(!report.findings[0].hint.is_empty());
        }
    }

    #[test]
    fn terms_of_capacity_are_read_and_the_rest_is_assumed() {
        let (terms, report) =
            capacity("[capacity]\nlead_months = 2\nleave = \"10 %\"\nhired = [\"junior\"]\nramp = [0.5, \"75 %\"]\n");
        assert!(report.findings.is_empty(), "{report:?}");
        assert_eq!((terms.lead_months, terms.leave[11], terms.ramp.as_slice()), (2, 0.1, &[0.5, 0.75][..]));
        assert_eq!(terms.hired, [true, false]);
        assert_eq!(terms.stated, ["lead_months", "leave", "hired", "ramp"]);
        assert_eq!(terms.training_pass, CapacityTerms::usual().training_pass);
    }

    #[test]
    fn terms_that_cannot_hold_are_refused_in_one_pass() {
        let text = "[capacity]\nlead_months = -1\ntraining_pass = 0\nattrition = [1.0]\nleave = [0.1, 0.2]\nhired = [\"senoir\"]\nramps = [0.5]\n";
        let (_, report) = capacity(text);
        assert_eq!(report.findings.iter().filter_map(|finding| finding.line).collect::<Vec<_>>(), [2, 3, 4, 5, 6, 7]);
        assert!(report.findings[4].hint.contains("senior") && report.findings[5].hint.contains("ramp"));
    }
}
