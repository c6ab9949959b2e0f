//! Makes the files of the synthetic templates: `cargo run --example templates -- templates`.
//!
//! The committed files are what this program writes; `tests/templates.rs` makes them again and compares byte by byte.

mod synthetic;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1).map(PathBuf::from) else {
        eprintln!("usage: cargo run --example templates -- FOLDER");
        return ExitCode::from(2);
    };
    for file in synthetic::files() {
        let path = folder.join(file.template).join(file.name);
        if let Err(cause) = std::fs::write(&path, file.text) {
            eprintln!("{} cannot be written: {cause}", path.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
