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
}

impl Template {
    fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Bank => &[
                ("centre.toml", include_str!("../../templates/bank/centre.toml")),
                ("agents.csv", include_str!("../../templates/bank/agents.csv")),
                ("history.csv", include_str!("../../templates/bank/history.csv")),
                ("calendar.csv", include_str!("../../templates/bank/calendar.csv")),
                ("time_off.csv", include_str!("../../templates/bank/time_off.csv")),
                ("requests.csv", include_str!("../../templates/bank/requests.csv")),
                ("actual_calls.csv", include_str!("../../templates/bank/actual_calls.csv")),
                ("SOURCES.md", include_str!("../../templates/bank/SOURCES.md")),
            ],
        }
    }

    fn next(self) -> &'static str {
        match self {
            Self::Bank => "--start 1999-10-24 --weeks 1",
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
    let (dir, next) = (args.dir.display(), args.template.next());
    if let Some(format @ (Format::Json | Format::Csv)) = common.format {
        emit_record(&json!({ "folder": dir.to_string(), "files": written }), Some(format))?;
    } else {
        print(&format!("{dir} holds {written} files. Next:\n  shiftcast check {dir}\n  shiftcast plan {dir} {next} -o week\n"))?;
    }
    Ok(Outcome::Done)
}
