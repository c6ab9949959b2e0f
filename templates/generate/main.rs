//! Makes the files of the synthetic templates: `cargo run --example templates -- templates`.
//!
//! The committed files are what this program writes; `tests/templates.rs` makes them again and compares byte by byte.

mod synthetic;

use std::error::Error;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: cargo run --example templates -- FOLDER")?;
    for file in synthetic::files() {
        let path = PathBuf::from(&folder).join(file.template).join(file.name);
        std::fs::write(&path, file.text).map_err(|cause| format!("{} cannot be written: {cause}", path.display()))?;
    }
    Ok(())
}
