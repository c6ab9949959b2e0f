//! The answers of a batch as CSV: the input columns, the answers of every model, then those that only some models have.
//!
//! No name stands twice: an answer whose name the input has already is called `NAME_answer`, and what `evaluate` was
//! given is not repeated.

use std::fmt::Write as _;

use scenarios::staffing::batch::{Answer, Extras};
use solver_data::io::CsvTable;

/// A column that only some models fill.
type ExtraColumn = (&'static str, fn(&Extras) -> Option<String>);

const EXTRAS: [ExtraColumn; 10] = [
    ("p_block", |it| text(it.p_block)),
    ("lambda_total_over_first", |it| text(it.attempts_per_contact)),
    ("ultimately_lost", |it| text(it.ultimately_lost)),
    ("asa_by_class_s", |it| {
        it.asa_by_class_s.as_ref().map(|waits| waits.iter().map(f64::to_string).collect::<Vec<_>>().join("|"))
    }),
    ("n2", |it| it.n2.map(|n| n.to_string())),
    ("sl2", |it| text(it.sl2)),
    ("asa2_s", |it| text(it.asa2_s)),
    ("p_wait2", |it| text(it.p_wait2)),
    ("occupancy2", |it| text(it.occupancy2)),
    ("mean_chats_per_agent", |it| text(it.chats_per_agent)),
];

fn text(value: Option<f64>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// The names of the input, then those of the answers, each only once.
fn header<'a>(input: &[String], answers: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut names = input.to_vec();
    for answer in answers {
        let mut name = answer.to_owned();
        while names.iter().any(|taken| taken.trim().eq_ignore_ascii_case(&name)) {
            name.push_str("_answer");
        }
        names.push(name);
    }
    names
}

/// The input columns, then the answers; of the extra columns those that any row fills. `first` is the name of the agents
/// where they are an answer.
pub fn answered(table: &CsvTable, answers: &[Answer], first: Option<&str>) -> String {
    let extra = |answer: &Answer, (_, cell): &ExtraColumn| answer.extras.as_deref().and_then(cell);
    let extras: Vec<&ExtraColumn> = EXTRAS
        .iter()
        // Seniors are an answer where agents are.
        .filter(|(name, _)| first.is_some() || *name != "n2")
        .filter(|column| answers.iter().any(|answer| extra(answer, column).is_some()))
        .collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let added = first.into_iter().chain(["sl", "asa_s", "p_wait", "p_abandon", "occupancy", "status"]);
    let header = header(&table.header, added.chain(extras.iter().map(|(name, _)| *name)));
    let mut written = writer.write_record(&header);
    let mut number = String::new();
    for (row, answer) in table.rows().iter().zip(answers) {
        let mut cell = |text: &str| {
            if written.is_ok() {
                written = writer.write_field(text);
            }
        };
        table.texts(row).for_each(&mut cell);
        if first.is_some() {
            cell(&answer.n.map_or_else(String::new, |n| n.to_string()));
        }
        for measure in [answer.sl, answer.asa_s, answer.p_wait, answer.p_abandon, answer.occupancy] {
            number.clear();
            if let Some(value) = measure {
                write!(number, "{value}").expect("writing to a string does not fail");
            }
            cell(&number);
        }
        cell(&answer.status);
        for column in &extras {
            cell(&extra(answer, column).unwrap_or_default());
        }
        written = written.and_then(|()| writer.write_record(None::<&[u8]>));
    }
    written.expect("writing to memory does not fail, and every row has the header's width");
    String::from_utf8(writer.into_inner().expect("writing to memory does not fail")).expect("cells are text")
}
