//! `shiftcast compare`: scenarios beside a base, every figure as a paired difference.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use scenarios::PlanError;
use scenarios::scenario::{Base, Comparison, Figure, Measure, Measured, RosterChoice, Scope, Unit, Wish, compare};
use serde_json::{Value, json};
use solver_data::io::{OutputSet, WriteError};
use solver_data::scenario::Alteration;
use solver_data::{Currency, Finding, Scenario, Uninterrupted, Watch};

use super::base::BaseArgs;
use super::failure::Failure;
use super::output::{Format, print};
use super::watch::TerminalWatch;
use super::{Common, Language, Outcome};
use crate::report;

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  shiftcast compare bank flu_week double_11 -o whatif\n  \
    shiftcast compare bank flu_week+two_agents_at_peak --base week --roster kept -o whatif --format json\n  \
    shiftcast compare bank scenarios/april.toml --start 1999-10-24 --time-limit 30 -o whatif --lang zh\n\n\
    A scenario is a file of the folder DIR/scenarios, a path to a file, or a name of the catalogue; A+B is A and then B.\n\
    The catalogue: double_11, product_launch, flu_week, two_agents_at_peak, headcount_10_percent, aht_8_to_5_minutes,\n\
    self_service_60_percent, outage_day, new_skill_tier. docs/scenarios.md describes what a scenario may say.")]
pub struct CompareArgs {
    /// Centre folder
    dir: PathBuf,
    /// Scenarios: names or files
    #[arg(value_name = "SCENARIO", required = true)]
    scenarios: Vec<String>,
    #[command(flatten)]
    base: BaseArgs,
    /// Rosters the scenarios are told with
    #[arg(long, value_enum, default_value_t = Rosters::Both, value_name = "ROSTER")]
    roster: Rosters,
    /// Folder for the results
    #[arg(short, value_name = "FOLDER")]
    output: PathBuf,
}

/// Rosters that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Rosters {
    /// With today's roster
    Kept,
    /// With a roster made anew
    Replanned,
    /// With both
    Both,
}

impl Rosters {
    /// The rosters, in the order they are told.
    pub fn choices(self) -> Vec<RosterChoice> {
        match self {
            Self::Kept => vec![RosterChoice::Kept],
            Self::Replanned => vec![RosterChoice::Replanned],
            Self::Both => vec![RosterChoice::Kept, RosterChoice::Replanned],
        }
    }
}

/// Compares scenarios with a base and writes the results, or nothing.
///
/// # Errors
/// [`Failure`].
pub fn run(args: &CompareArgs, common: &Common, watch: &TerminalWatch) -> Result<Outcome, Failure> {
    let ground = args.base.ground(&args.dir, Some(&args.output), common)?;
    let scenarios = ground.scenarios(&args.scenarios)?;
    let opened = args.base.open(&ground, Some(&args.output), common, watch)?;
    let base = &opened.base;
    let before = measured(base, &args.dir, &Uninterrupted(watch))?;
    let wish = Wish { rosters: args.roster.choices() };
    let mut comparisons = Vec::new();
    for (done, scenario) in scenarios.iter().enumerate() {
        watch.stage_progress("scenario", done as u64, scenarios.len() as u64);
        let comparison = compare((base, &before), scenario, &wish, watch).map_err(|error| of_scenario(scenario, &error))?;
        comparisons.push(comparison);
    }
    let told = report::Compared { base, before: &before, comparisons: &comparisons };
    let page = report::compare_page(&told, &opened.inputs, (common.seed, common.lang.into()));
    let csv = compare_csv(&comparisons, &base.centre.currency);
    opened.keep()?;
    stage(&args.output, &csv, &page).map_err(|cause| Failure::other(cause.to_string(), "nothing was written"))?;
    watch.finish();
    let currency = &base.centre.currency;
    match common.format.unwrap_or(Format::Table) {
        Format::Csv => print(&csv)?,
        Format::Json => print(&format!("{:#}\n", record(&comparisons, currency, common)))?,
        Format::Table => print(&summary(&told, &args.output, common.lang))?,
    }
    Ok(Outcome::Done)
}

/// The base measured.
///
/// # Errors
/// [`Failure`].
pub fn measured(base: &Base, dir: &Path, watch: &dyn Watch) -> Result<Measured, Failure> {
    Measured::of(&base.situation(), (base.replications, base.seed), watch).map_err(|error| Failure::in_folder(dir, &error))
}

/// A scenario that cannot be planned is an error of its file, told where the change stands that brought it about.
pub fn of_scenario(scenario: &Scenario, error: &PlanError) -> Failure {
    if matches!(error, PlanError::Simulation(_)) {
        return Failure::other(error.to_string(), "");
    }
    let guilty = |alteration: &Alteration| match error {
        PlanError::Staffing(_) => matches!(
            alteration,
            Alteration::Target(_) | Alteration::NewSkill { .. } | Alteration::Headcount { .. } | Alteration::HandleTime { .. }
        ),
        PlanError::Scheduling(_) => matches!(alteration, Alteration::Rules { .. } | Alteration::Hire { .. }),
        _ => false,
    };
    let change = scenario.changes.iter().find(|change| guilty(&change.alteration)).or(scenario.changes.first());
    let (file, line) = change.map_or_else(|| (scenario.name.clone(), 1), |change| change.place.clone());
    let message = format!("scenario \"{}\": {error}", scenario.name);
    Failure::input(Finding::error(file, message, "weaken this change, or ask for --roster kept").at(line, 1))
}

fn stage(output: &Path, csv: &str, page: &str) -> Result<(), WriteError> {
    let mut outputs = OutputSet::new(output)?;
    outputs.stage("compare.csv", csv.as_bytes())?;
    outputs.stage("compare.html", page.as_bytes())?;
    outputs.publish().map(|_| ())
}

/// The unit of a figure as files name it, with the decimals it is written with.
fn unit_of(unit: Unit, currency: &Currency) -> (&str, usize) {
    match unit {
        Unit::Contacts => ("contacts", 2),
        Unit::Hours => ("hours", 2),
        Unit::Seconds => ("seconds", 3),
        Unit::Agents => ("agents", 0),
        Unit::Rules => ("rules", 0),
        Unit::Share => ("share", 6),
        Unit::Money => (&currency.code, currency.minor_digits as usize),
    }
}

/// A value in the unit it is told in: money in whole units of the currency.
pub fn told(measure: Measure, value: f64, currency: &Currency) -> f64 {
    match measure.unit() {
        Unit::Money => value / 10_f64.powi(currency.minor_digits as i32),
        _ => value,
    }
}

/// `scenario,roster,queue,date,measure,unit,base,value,difference,difference_ci95`; `date` is empty for the horizon.
fn compare_csv(comparisons: &[Comparison], currency: &Currency) -> String {
    let mut text = String::from("scenario,roster,queue,date,measure,unit,base,value,difference,difference_ci95\n");
    for comparison in comparisons {
        for (roster, outcome) in &comparison.outcomes {
            for figure in &outcome.figures {
                row(&mut text, (&comparison.scenario.name, *roster), figure, currency);
            }
        }
    }
    text
}

fn row(text: &mut String, (scenario, roster): (&str, RosterChoice), figure: &Figure, currency: &Currency) {
    let (unit, digits) = unit_of(figure.measure.unit(), currency);
    let number = |value: f64, digits: usize| {
        let shown = format!("{:.digits$}", told(figure.measure, value, currency));
        if shown.trim_start_matches('-').bytes().all(|byte| matches!(byte, b'0' | b'.')) { shown.replace('-', "") } else { shown }
    };
    let optional = |value: Option<f64>| value.map_or_else(String::new, |value| number(value, digits));
    let (queue, date) = match &figure.scope {
        Scope::All => ("all".to_owned(), String::new()),
        Scope::Queue(name) => (quoted(name), String::new()),
        Scope::Day(date) => ("all".to_owned(), date.to_string()),
    };
    let difference = figure.difference;
    // Writing into a string never fails.
    let _ = writeln!(
        text,
        "{},{},{queue},{date},{},{unit},{},{},{},{}",
        quoted(scenario),
        roster.name(),
        figure.measure.name(),
        optional(figure.base),
        number(figure.value, digits),
        optional(difference.map(|own| own.mean)),
        optional(difference.map(|own| own.half_width)),
    );
}

/// A text as a cell.
pub fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Every comparison as JSON: verdict, figures of all queues, restoring agents.
fn record(comparisons: &[Comparison], currency: &Currency, common: &Common) -> Value {
    let figures = |comparison: &Comparison, roster: RosterChoice| -> Value {
        let own = comparison.outcomes.iter().find(|(own, _)| *own == roster).map(|(_, outcome)| &outcome.figures);
        let of_all = own.into_iter().flatten().filter(|figure| figure.scope == Scope::All);
        let one = |figure: &Figure| {
            let told = |value: f64| told(figure.measure, value, currency);
            let difference = figure.difference;
            let value = json!({
                "base": figure.base.map(told),
                "value": told(figure.value),
                "difference": difference.map(|own| told(own.mean)),
                "difference_ci95": difference.map(|own| told(own.half_width)),
            });
            (figure.measure.name().to_owned(), value)
        };
        Value::Object(of_all.map(one).collect())
    };
    let one = |comparison: &Comparison| {
        let restoration = comparison.restoration.as_ref().map(|own| {
            json!({
                "blocks": own.blocks.iter().map(|block| json!({"from": block.from, "to": block.to, "agents": block.agents})).collect::<Vec<_>>(),
                "days": own.days.iter().map(ToString::to_string).collect::<Vec<_>>(),
                "cost_per_day": told(Measure::Cost, own.cost_per_day.0 as f64, currency),
                "service_level_difference": own.restored.mean,
                "service_level_difference_ci95": own.restored.half_width,
            })
        });
        let rosters: serde_json::Map<String, Value> =
            comparison.outcomes.iter().map(|(roster, _)| (roster.name().to_owned(), figures(comparison, *roster))).collect();
        json!({
            "scenario": comparison.scenario.name,
            "title": comparison.scenario.title,
            "verdict": report::verdict(comparison, currency, common.lang.into()),
            "restoring_agents": restoration,
            "rosters": rosters,
        })
    };
    json!({ "seed": common.seed, "currency": currency.code, "scenarios": comparisons.iter().map(one).collect::<Vec<_>>() })
}

/// A table of the main differences and the verdicts, on one screen.
fn summary(told: &report::Compared<'_>, output: &Path, language: Language) -> String {
    let mut text = report::compare_table(told, language.into());
    for comparison in told.comparisons {
        let verdict = report::verdict(comparison, &told.base.centre.currency, language.into());
        let title = report::title(&comparison.scenario, language.into());
        let _ = writeln!(text, "\n{title}: {verdict}");
    }
    let _ = writeln!(text, "\n{}", output.join("compare.html").display());
    text
}

/// Names of the catalogue, for messages and tests.
#[cfg(test)]
fn catalogue() -> Vec<&'static str> {
    scenarios::scenario::catalog::SCENARIOS.iter().map(|(name, _)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn help_names_the_whole_catalogue() {
        let mut command = super::super::Cli::command();
        let help = command.find_subcommand_mut("compare").unwrap().render_long_help().to_string();
        for name in catalogue() {
            assert!(help.contains(name), "{name}");
        }
    }

    #[test]
    fn cells_with_commas_are_quoted() {
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("plain"), "plain");
    }
}
