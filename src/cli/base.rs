//! The planned base that what-ifs are held against: taken from a folder, or planned once and kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{Datelike, Days, NaiveDate};
use clap::Args;
use scenarios::scenario::Base;
use scenarios::{PlanError, PlanRequest, PlannedWeek, SolveSummary};
use serde_json::{Value, json};
use solver_data::io::{OutputSet, ScenarioContext, StoredDemand, WriteError, read_scenario, roster_csv};
use solver_data::{Centre, ContactHistory, DemandForecast, PlanningGrid, Scenario, StopReason, ValidationReport};

use super::Common;
use super::after::AfterArgs;
use super::failure::{Failure, print_notes};
use super::files::{self, CentreFolder};
use super::schedule::LimitArgs;
use super::shelf::FolderShelf;
use super::watch::TerminalWatch;

/// Iterations of each round of a base or a re-planned roster where no limit is named: those of `plan`.
const ITERATIONS_PER_ROUND: u64 = 300;

/// Where demand is kept within a folder of results.
pub const DEMAND: &str = "demand.json";

/// The base of a what-if.
#[derive(Debug, Clone, Args)]
pub struct BaseArgs {
    /// First day of the horizon, as 1999-10-24 [default: that of --base, else the first planning week after the history]
    #[arg(long, value_name = "DATE")]
    start: Option<NaiveDate>,
    /// Weeks of the horizon
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=8))]
    weeks: u32,
    /// Folder of a plan or of an earlier comparison whose roster is today's [default: one is planned and kept in the output]
    #[arg(long, value_name = "FOLDER")]
    base: Option<PathBuf>,
    #[command(flatten)]
    after: AfterArgs,
    #[command(flatten)]
    limits: LimitArgs,
    /// Simulated replications of every scenario
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub replications: u32,
    /// Rounds of schedule and simulation of a new roster at most
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=20))]
    rounds: u32,
}

/// A base, ready for what-ifs.
pub struct OpenBase {
    /// The base.
    pub base: Base,
    /// Hashes of the inputs it was made from.
    pub inputs: Vec<(String, String)>,
    /// Where it is to be kept and under which key, if it was planned here.
    unkept: Option<(PathBuf, Value)>,
}

impl OpenBase {
    /// Keeps a base that was planned here for the next run.
    ///
    /// # Errors
    /// [`Failure`] when the folder cannot be written.
    pub fn keep(&self) -> Result<(), Failure> {
        let Some((place, key)) = &self.unkept else { return Ok(()) };
        keep(place, &self.base, (&self.inputs, key))
            .map_err(|cause| Failure::other(cause.to_string(), "choose another place with -o"))
    }
}

/// The centre and the horizon, before anything is computed: enough to read scenarios against.
pub struct Ground {
    dir: PathBuf,
    folder: CentreFolder,
    request: PlanRequest,
    grid: Arc<PlanningGrid>,
    inputs: Vec<(String, String)>,
    found: Option<Found>,
}

/// A base folder that fits.
struct Found {
    roster: PathBuf,
    demand: Option<DemandForecast>,
    summary: Option<SolveSummary>,
}

impl BaseArgs {
    /// Reads the centre, the horizon and what is kept of a base.
    ///
    /// # Errors
    /// [`Failure::Input`].
    pub fn ground(&self, dir: &Path, output: Option<&Path>, common: &Common) -> Result<Ground, Failure> {
        let mut folder = files::open(dir)?;
        print_notes(&folder.findings);
        let named = self.base.as_deref();
        let stored = named.and_then(kept_demand);
        let start = self.start.or(stored.as_ref().map(|stored| stored.start));
        let start = start.unwrap_or_else(|| first_week_after(&folder.centre, &folder.history));
        let reaching = self.after.carry_over(&mut folder.centre, start)?;
        let request = PlanRequest {
            centre: folder.centre.clone(),
            findings: ValidationReport::default(),
            history: folder.history.clone(),
            changes: folder.changes.clone(),
            actual: None,
            reaching,
            start,
            weeks: stored.filter(|_| self.start.is_none()).map_or(self.weeks, |stored| (stored.days / 7).max(1)),
            limits: self.limits.limits(common, ITERATIONS_PER_ROUND),
            replications: self.replications,
            rounds: self.rounds,
            seed: common.seed(),
        };
        let grid = request.horizon()?.planning;
        let inputs = files::hashes(dir);
        let found = match named {
            Some(base) => Some(named_base(base, &grid, &inputs)?),
            None => output.map(kept_in).and_then(|kept| earlier(&kept, &self.key(&request, common, &inputs), (&grid, &inputs))),
        };
        Ok(Ground { dir: dir.to_owned(), folder, request, grid, inputs, found })
    }

    /// What a base that is planned here depends on beside the input files.
    fn key(&self, request: &PlanRequest, common: &Common, inputs: &[(String, String)]) -> Value {
        let limits = &request.limits;
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "start": request.start.to_string(),
            "weeks": request.weeks,
            "seed": common.seed,
            "rounds": self.rounds,
            "replications": self.replications,
            "iterations": limits.iterations,
            "seconds": limits.seconds,
            "gap": limits.gap,
            "reaching": request.reaching.len(),
            "inputs": inputs,
        })
    }

    /// The base: read where it is kept, planned where it is not.
    ///
    /// # Errors
    /// [`Failure`].
    pub fn open(
        &self,
        ground: &Ground,
        output: Option<&Path>,
        common: &Common,
        watch: &TerminalWatch,
    ) -> Result<OpenBase, Failure> {
        let request = &ground.request;
        let failed = |error: PlanError| Failure::in_folder(&ground.dir, &error);
        let known = ground.found.as_ref().and_then(|found| found.demand.clone());
        let demand = match known {
            Some(demand) => demand,
            None => Base::demand_of(request).map_err(failed)?,
        };
        let inputs = ground.inputs.clone();
        if let Some(found) = &ground.found {
            let roster = files::roster(&found.roster, &ground.folder.centre, &ground.grid)?;
            let base = Base { summary: found.summary, ..Base::with_roster(request, demand, roster) };
            return Ok(OpenBase { base, inputs, unkept: None });
        }
        let base = Base::plan(request, demand, watch).map_err(failed)?;
        let unkept = output.map(|output| (kept_in(output), self.key(request, common, &inputs)));
        Ok(OpenBase { base, inputs, unkept })
    }
}

impl Ground {
    /// Where scenarios are looked up.
    pub fn shelf(&self) -> FolderShelf {
        FolderShelf::new(&self.dir)
    }

    /// What scenarios are read against.
    pub fn context(&self) -> ScenarioContext<'_> {
        ScenarioContext { centre: &self.folder.centre, days: self.grid.dates() }
    }

    /// The scenarios of `names`, every mistake of all of them told together.
    ///
    /// # Errors
    /// [`Failure::Input`].
    pub fn scenarios(&self, names: &[String]) -> Result<Vec<Scenario>, Failure> {
        let mut findings = ValidationReport::default();
        let mut scenarios = Vec::new();
        for name in names {
            let (scenario, found) = read_scenario(name, &self.shelf(), self.context());
            findings.absorb(found);
            scenarios.extend(scenario.map(|scenario| Scenario { name: short(&scenario.name), ..scenario }));
        }
        if !findings.is_usable() {
            return Err(Failure::Input(findings));
        }
        print_notes(&findings);
        Ok(scenarios)
    }
}

/// A scenario named by its file goes by the file's stem.
fn short(name: &str) -> String {
    let stem = |part: &str| {
        let path = Path::new(part.trim());
        let is_file = path.extension().is_some_and(|extension| extension == "toml");
        let stem = path.file_stem().filter(|_| is_file).map(|stem| stem.to_string_lossy().into_owned());
        stem.unwrap_or_else(|| part.trim().to_owned())
    };
    name.split('+').map(stem).collect::<Vec<_>>().join("+")
}

/// The first day of a planning week after the last row of the history.
fn first_week_after(centre: &Centre, history: &ContactHistory) -> NaiveDate {
    let last = history.last_start().map_or(NaiveDate::MIN, |last| last.date());
    let next = last.succ_opt().unwrap_or(last);
    let ahead = centre.week_start.days_since(next.weekday());
    next.checked_add_days(Days::new(u64::from(ahead))).unwrap_or(next)
}

/// Where a comparison keeps the base it planned.
fn kept_in(output: &Path) -> PathBuf {
    output.join("base")
}

/// Demand kept in a folder, or in its `base`.
fn kept_demand(folder: &Path) -> Option<StoredDemand> {
    [folder.join(DEMAND), kept_in(folder).join(DEMAND)]
        .iter()
        .find_map(|path| StoredDemand::parse(&std::fs::read_to_string(path).ok()?))
}

/// The base in a folder that the user names.
fn named_base(folder: &Path, grid: &Arc<PlanningGrid>, inputs: &[(String, String)]) -> Result<Found, Failure> {
    let places = [folder.to_owned(), kept_in(folder)];
    let Some(place) = places.iter().find(|place| place.join("roster.csv").is_file()) else {
        let hint = "name the folder that `shiftcast plan … -o FOLDER` or an earlier comparison wrote";
        let finding = solver_data::Finding::error(folder.display().to_string(), "the base holds no roster.csv", hint);
        return Err(Failure::input(finding));
    };
    Ok(Found {
        roster: place.join("roster.csv"),
        demand: demand_in(place, grid, inputs),
        summary: summary_in(&place.join("run.json")),
    })
}

/// A base that an earlier run kept with the same key.
fn earlier(place: &Path, key: &Value, on: (&Arc<PlanningGrid>, &[(String, String)])) -> Option<Found> {
    let run: Value = serde_json::from_str(&std::fs::read_to_string(place.join("run.json")).ok()?).ok()?;
    let demand = demand_in(place, on.0, on.1)?;
    let roster = place.join("roster.csv");
    (run.get("key") == Some(key) && roster.is_file()).then(|| Found {
        roster,
        demand: Some(demand),
        summary: summary_in(&place.join("run.json")),
    })
}

/// Demand kept in a folder for this grid and these inputs.
fn demand_in(place: &Path, grid: &Arc<PlanningGrid>, inputs: &[(String, String)]) -> Option<DemandForecast> {
    let stored = StoredDemand::parse(&std::fs::read_to_string(place.join(DEMAND)).ok()?)?;
    // Actual calls and wishes tell nothing about demand.
    let ours = |inputs: &[(String, String)]| -> Vec<(String, String)> {
        inputs
            .iter()
            .filter(|(name, _)| !["actual_calls.csv", "requests.csv", "time_off.csv", "agents.csv"].contains(&name.as_str()))
            .cloned()
            .collect()
    };
    (ours(&stored.inputs) == ours(inputs)).then(|| stored.on(grid)).flatten()
}

/// How good a kept roster is, as its run tells.
fn summary_in(run: &Path) -> Option<SolveSummary> {
    let run: Value = serde_json::from_str(&std::fs::read_to_string(run).ok()?).ok()?;
    let number = |key: &str| run.get(key).and_then(Value::as_f64);
    Some(SolveSummary {
        objective: number("objective")?,
        lower_bound: number("lower_bound")?,
        gap: number("gap")?,
        stop_reason: StopReason::Iterations,
        iterations: run.get("iterations").and_then(Value::as_u64).unwrap_or(0),
    })
}

/// Keeps a base for the next comparison.
fn keep(place: &Path, base: &Base, (inputs, key): (&[(String, String)], &Value)) -> Result<(), WriteError> {
    let mut outputs = OutputSet::new(place)?;
    let record = json!({
        "key": key,
        "objective": base.summary.map(|summary| summary.objective),
        "lower_bound": base.summary.map(|summary| summary.lower_bound),
        "gap": base.summary.map(|summary| summary.gap),
        "iterations": base.summary.map(|summary| summary.iterations),
    });
    outputs.stage(DEMAND, StoredDemand::of(&base.demand, inputs).text().as_bytes())?;
    outputs.stage("roster.csv", roster_csv(&base.centre, &base.roster).as_bytes())?;
    outputs.stage("run.json", format!("{record:#}\n").as_bytes())?;
    outputs.publish().map(|_| ())
}

/// The text of `demand.json` of a plan, so that what-ifs need not forecast again.
pub fn demand_of_plan(planned: &PlannedWeek, inputs: &[(String, String)]) -> Option<String> {
    let demand = planned.forecast.split(&planned.requirement.grid).ok()?;
    Some(StoredDemand::of(&demand, inputs).text())
}
