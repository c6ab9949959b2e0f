//! `shiftcast schedule --from`: a roster at hand solved again with few changes.

use std::path::{Path, PathBuf};

use chrono::{NaiveDate, NaiveDateTime};
use clap::Args;
use scenarios::refine::Verified;
use scenarios::resolve::{Pin, pin_troubles, pins_of};
use scenarios::scheduler::{ChangePrices, Pins, RosterRequest};
use serde_json::{Value, json};
use solver_data::check::{RosterChange, RosterChangeKind, change_cost, roster_changes};
use solver_data::io::{parse_date, parse_timestamp, read_pins, roster_changes_csv, suggest};
use solver_data::{Centre, Finding, Money, Roster, ValidationReport};

use super::failure::Failure;
use super::output::{Format, emit, print};

/// A roster to start from, what of it stays, and what departing from it costs.
#[derive(Debug, Clone, Args)]
pub struct ResolveArgs {
    /// Start from this roster, edited by hand too, and change it as little as it pays
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// Keep days of the roster as they are, days off too: AGENT, DATE, DATE..DATE, AGENT/DATE, a shift template or class,
    /// or a CSV file with the columns agent,date,until,shift. May be named several times
    #[arg(long, value_name = "PIN", requires = "from")]
    pin: Vec<String>,
    /// Keep everything that starts before this time, and start nothing new before it
    #[arg(long, value_name = "TIME", requires = "from", value_parser = time)]
    frozen_until: Option<NaiveDateTime>,
    /// Price of a shift added, dropped or moved, in the centre's currency [default: two hours of a missing agent]
    #[arg(long, value_name = "AMOUNT", requires = "from", value_parser = amount)]
    change_price: Option<f64>,
    /// Price of a break moved within a shift that stays [default: three minutes of a missing agent]
    #[arg(long, value_name = "AMOUNT", requires = "from", value_parser = amount)]
    break_price: Option<f64>,
    /// Where the list of changes goes, as CSV, or as JSON where the name ends so
    #[arg(long, value_name = "FILE", requires = "from")]
    changes: Option<PathBuf>,
}

fn time(text: &str) -> Result<NaiveDateTime, String> {
    let date = || parse_date(text).map(|date| date.and_hms_opt(0, 0, 0).unwrap_or_default());
    parse_timestamp(text).or_else(|_| date()).map_err(|_| "a time such as 1999-10-26T12:00 or a date is wanted".to_owned())
}

fn amount(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(amount) if (0.0..=1e9).contains(&amount) => Ok(amount),
        _ => Err("an amount of 0 or more is wanted".to_owned()),
    }
}

impl ResolveArgs {
    /// Prices of departing from the roster.
    pub fn prices(&self, centre: &Centre) -> ChangePrices {
        let minor = |amount: f64| Money((amount * 10f64.powi(centre.currency.minor_digits as i32)).round() as i64);
        let hour = centre.coverage.understaffing_per_hour.0;
        ChangePrices {
            shift: self.change_price.map_or(Money(2 * hour), minor),
            pause: self.break_price.map_or(Money(hour / 20), minor),
        }
    }

    /// The days that stay.
    ///
    /// # Errors
    /// [`Failure::Input`] with every pin that names nothing.
    pub fn pins(&self, centre: &Centre, roster: &Roster) -> Result<Pins, Failure> {
        let mut findings = ValidationReport::default();
        let mut pins = Vec::new();
        for text in &self.pin {
            match pin(text, centre) {
                Ok(found) => pins.extend(found),
                Err(more) => findings.absorb(more),
            }
        }
        if findings.is_usable() { Ok(pins_of(centre, roster, &pins, self.frozen_until)) } else { Err(Failure::Input(findings)) }
    }
}

/// What one `--pin` names.
fn pin(text: &str, centre: &Centre) -> Result<Vec<Pin>, ValidationReport> {
    let agent = |code: &str| centre.agents.find(|agent| agent.code == code);
    let all = Pin { agent: None, days: None, shift: None };
    if let Some(known) = agent(text) {
        return Ok(vec![Pin { agent: Some(known), ..all }]);
    }
    if let Some(days) = days(text) {
        return Ok(vec![Pin { days: Some(days), ..all }]);
    }
    if centre.templates.iter().any(|template| template.name == text || template.class == text) {
        return Ok(vec![Pin { shift: Some(text.to_owned()), ..all }]);
    }
    if let Some((Some(known), Some(days))) = text.rsplit_once('/').map(|(code, date)| (agent(code), days(date))) {
        return Ok(vec![Pin { agent: Some(known), days: Some(days), ..all }]);
    }
    let path = Path::new(text);
    if path.is_file() {
        let (rows, findings) = read_pins(path, centre);
        let rows = rows.ok_or(findings)?;
        return Ok(rows.into_iter().map(|row| Pin { agent: row.agent, days: row.days, shift: row.shift }).collect());
    }
    let code = text.split_once('/').map_or(text, |(code, _)| code);
    let names = centre.agents.iter().map(|agent| agent.code.as_str());
    let hint = suggest(code, names.chain(centre.templates.iter().map(|template| template.name.as_str())));
    let message = format!("`{text}` is no agent, date, AGENT/DATE, shift or file");
    Err(ValidationReport { findings: vec![Finding::error("--pin", message, hint)] })
}

/// `DATE` or `DATE..DATE`.
fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    Some((parse_date(first).ok()?, parse_date(last).ok()?))
}

/// Refuses pins that cannot hold, all at once.
///
/// # Errors
/// [`Failure::Input`] with who, which rule and the mend.
pub fn refuse_troubles(request: &RosterRequest<'_>, pins: &Pins, file: &Path) -> Result<(), Failure> {
    let troubles = pin_troubles(request, pins)?;
    if troubles.is_empty() {
        return Ok(());
    }
    let file = file.display().to_string();
    let findings = troubles
        .into_iter()
        .map(|trouble| Finding::error(&file, format!("agent {}: {}", trouble.agent, trouble.message), trouble.hint));
    Err(Failure::Input(ValidationReport { findings: findings.collect() }))
}

/// What became of the roster at hand.
pub struct Departure {
    /// Every day that differs.
    pub changes: Vec<RosterChange>,
    /// Shifts of the roster at hand.
    shifts: usize,
    /// What the changes cost.
    cost: i64,
}

impl Departure {
    /// The way from `before` to a solved roster.
    pub fn new(centre: &Centre, before: &Roster, solved: &Verified, prices: ChangePrices) -> Self {
        let changes = roster_changes(centre, before, &solved.roster);
        let cost = change_cost(&changes, prices.shift.0, prices.pause.0);
        Self { changes, shifts: before.tours.iter().map(|tour| tour.shifts.len()).sum(), cost }
    }

    fn count(&self, kind: RosterChangeKind) -> usize {
        self.changes.iter().filter(|change| change.kind == kind).count()
    }

    /// Adds what changed to the record of a solve; `objective` there counts the price of changes.
    pub fn tell(&self, record: &mut Value, objective: f64) {
        let gone = self.count(RosterChangeKind::Dropped) + self.count(RosterChangeKind::Moved);
        let breaks: u32 = self.changes.iter().map(|change| change.breaks).sum();
        record["change_cost"] = json!(self.cost);
        record["objective_without_changes"] = json!(objective - self.cost as f64);
        record["shifts_before"] = json!(self.shifts);
        record["shifts_kept"] = json!(self.shifts - gone);
        record["shifts_added"] = json!(self.count(RosterChangeKind::Added));
        record["shifts_dropped"] = json!(self.count(RosterChangeKind::Dropped));
        record["shifts_moved"] = json!(self.count(RosterChangeKind::Moved));
        record["changes_forced"] = json!(self.changes.iter().filter(|change| change.forced).count());
        record["breaks_moved"] = json!(breaks);
    }

    /// Writes the list of changes where it is wished, and shows it on the terminal.
    ///
    /// # Errors
    /// [`Failure`] when the file cannot be written.
    pub fn publish(&self, centre: &Centre, args: &ResolveArgs, shown: Option<Format>) -> Result<(), Failure> {
        let csv = roster_changes_csv(centre, &self.changes);
        if let Some(path) = &args.changes {
            let json = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
            emit(&csv, Some(if json { Format::Json } else { Format::Csv }), Some(path))?;
        }
        if shown == Some(Format::Table) {
            print(&(self.lines(centre).join("\n") + "\n"))?;
        }
        Ok(())
    }

    /// The changes in words, one a line.
    pub fn lines(&self, centre: &Centre) -> Vec<String> {
        if self.changes.is_empty() {
            return vec!["no change: every shift and break stays".to_owned()];
        }
        let line = |change: &RosterChange| {
            let name = |shift: &Option<solver_data::Shift>| {
                shift.as_ref().map_or_else(
                    || "off".to_owned(),
                    |shift| format!("{} {}-{}", shift.template, shift.start.format("%H:%M"), shift.end.format("%H:%M")),
                )
            };
            let (old, new) = (name(&change.old), name(&change.new));
            let forced = if change.forced { " (could not stay)" } else { "" };
            format!("{}  {}  {old} → {new}{forced}", centre.agents[change.agent].code, change.date.format("%a %Y-%m-%d"))
        };
        let (breaks, shifts): (Vec<_>, Vec<_>) =
            self.changes.iter().partition(|change| change.kind == RosterChangeKind::BreaksMoved);
        let moved: u32 = breaks.iter().map(|change| change.breaks).sum();
        let breaks = (moved > 0).then(|| format!("{moved} break(s) moved within {} shift(s) that stay", breaks.len()));
        shifts.into_iter().map(line).chain(breaks).collect()
    }
}
