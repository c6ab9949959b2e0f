//! The answers of a batch as CSV: the input columns, the answers of every model, then those that only some models have.

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

/// The input columns, then the answers; of the extra columns those that any row fills.
pub fn answered(table: &CsvTable, answers: &[Answer], first: &[&str]) -> String {
    let extra = |answer: &Answer, (_, cell): &ExtraColumn| answer.extras.as_deref().and_then(cell);
    let extras: Vec<&ExtraColumn> =
        EXTRAS.iter().filter(|column| answers.iter().any(|answer| extra(answer, column).is_some())).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let added = first.iter().copied().chain(["sl", "asa_s", "p_wait", "p_abandon", "occupancy", "status"]);
    let names = added.chain(extras.iter().map(|(name, _)| *name));
    let header: Vec<&str> = table.header.iter().map(String::as_str).chain(names).collect();
    let mut written = writer.write_record(&header);
    for (row, answer) in table.rows().iter().zip(answers) {
        let number = |value: Option<f64>| text(value).unwrap_or_default();
        let agents = (!first.is_empty()).then(|| answer.n.map_or_else(String::new, |n| n.to_string()));
        let measures = [answer.sl, answer.asa_s, answer.p_wait, answer.p_abandon, answer.occupancy].map(number);
        let cells = table.texts(row).map(str::to_owned).chain(agents).chain(measures).chain([answer.status.clone()]);
        let cells = cells.chain(extras.iter().map(|column| extra(answer, column).unwrap_or_default()));
        written = written.and_then(|()| writer.write_record(cells.collect::<Vec<_>>()));
    }
    written.expect("writing to memory does not fail, and every row has the header's width");
    String::from_utf8(writer.into_inner().expect("writing to memory does not fail")).expect("cells are text")
}
