//! `shiftcast`, the command line: parse, call the library, print.

mod cli;
mod report;
mod sheet;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
