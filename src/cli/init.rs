//! `shiftcast init`: a centre folder from an embedded template.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;
use solver_data::io::OutputSet;

use super::failure::Failure;
use super::output::{Format, emit_record, print};
use super::{Common, Outcome};

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  shiftcast init bank --template bank\n  shiftcast check bank")]
pub struct InitArgs {
    /// Folder to make; it must be new or empty
    dir: PathBuf,
    /// Which centre
    #[arg(long, value_enum, default_value_t = Template::Bank)]
    template: Template,
}

/// An embedded centre.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// A real bank's centre: six voice queues, 30 agents, half-hourly history of 1999
    Bank,
    /// An online shop: telephone, chat and tickets for gold, silver and ordinary customers, 86 agents, Double 11 twice in two
    /// years of hours
    Ecommerce,
    /// A motoring club's hotline around the clock: nights, three queues, 48 agents, two years of hours
    Hotline,
}

/// Files of a template by name, the generated ones of the same names everywhere.
macro_rules! files {
    ($folder:literal, $($name:literal),+) => {
        &[$(($name, include_str!(concat!("../../templates/", $folder, "/", $name)))),+]
    };
}

impl Template {
    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Bank => files!(
                "bank",
                "centre.toml",
                "agents.csv",
                "history.csv",
                "calendar.csv",
                "time_off.csv",
                "requests.csv",
                "actual_calls.csv",
                "SOURCES.md"
            ),
            Self::Ecommerce => files!(
                "ecommerce",
                "centre.toml",
                "agents.csv",
                "history.csv",
                "calendar.csv",
                "time_off.csv",
                "requests.csv",
                "actual.csv",
                "attendance.csv",
                "SOURCES.md"
            ),
            Self::Hotline => files!(
                "hotline",
                "centre.toml",
                "agents.csv",
                "history.csv",
                "calendar.csv",
                "time_off.csv",
                "requests.csv",
                "roster_before.csv",
                "actual.csv",
                "attendance.csv",
                "SOURCES.md"
            ),
        }
    }

    /// Arguments of the first plan of the centre in `dir`.
    fn next(self, dir: &str) -> String {
        match self {
            Self::Bank => "--start 1999-10-24 --weeks 1".to_owned(),
            Self::Ecommerce => "--start 2025-10-27 --weeks 1".to_owned(),
            Self::Hotline => format!("--start 2025-10-27 --weeks 1 --after {dir}/roster_before.csv"),
        }
    }
}

/// Writes the template's files.
///
/// # Errors
/// [`Failure`] when the folder holds something already or cannot be written.
pub fn run(args: &InitArgs, common: &Common) -> Result<Outcome, Failure> {
    let taken = args.dir.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if taken {
        return Err(Failure::other(
            format!("{} holds files already; nothing was written", args.dir.display()),
            "name a new folder",
        ));
    }
    let refuse = |cause: solver_data::io::WriteError| Failure::other(cause.to_string(), "name a folder that can be written");
    let mut files = OutputSet::new(&args.dir).map_err(refuse)?;
    for (name, text) in args.template.files() {
        files.stage(name, text.as_bytes()).map_err(refuse)?;
    }
    let written = files.publish().map_err(refuse)?.len();
    let dir = args.dir.display();
    let next = args.template.next(&dir.to_string());
    if let Some(format @ (Format::Json | Format::Csv)) = common.format {
        emit_record(&json!({ "folder": dir.to_string(), "files": written }), Some(format))?;
    } else {
        print(&format!("{dir} holds {written} files. Next:\n  shiftcast check {dir}\n  shiftcast plan {dir} {next} -o week\n"))?;
    }
    Ok(Outcome::Done)
}
