//! The rows of a batch: columns, cells, and every bad cell a finding.

use scenarios::staffing::batch::{EvaluateRow, QueueRow, RequiredRow, RowModel};
use solver_data::io::{Cell, Column, CsvRow, CsvTable};
use solver_data::{Finding, ServiceLevelDefinition, ValidationReport};

/// Names of the models in a batch.
const MODELS: [(&str, Kind); 10] = [
    ("erlang_c", Kind::ErlangC),
    ("erlang_a", Kind::ErlangA),
    ("erlang_b", Kind::ErlangB),
    ("mmnk", Kind::Room),
    ("mmnka", Kind::RoomWithPatience),
    ("retrial_b", Kind::LossRetrials),
    ("retrial_a", Kind::PatienceRetrials),
    ("priority", Kind::Priority),
    ("escalation", Kind::Escalation),
    ("chat", Kind::Chat),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    ErlangB,
    ErlangC,
    ErlangA,
    Room,
    RoomWithPatience,
    LossRetrials,
    PatienceRetrials,
    Priority,
    Escalation,
    Chat,
}

const DEFINITIONS: [(&str, ServiceLevelDefinition); 5] = [
    ("served_all", ServiceLevelDefinition::ServedAll),
    ("served_excl_short", ServiceLevelDefinition::ServedExclShort),
    ("of_answered", ServiceLevelDefinition::OfAnswered),
    ("handled_or_gone", ServiceLevelDefinition::HandledOrGone),
    ("virtual", ServiceLevelDefinition::Virtual),
];

const QUEUE: [Column; 14] = [
    Column::required("model"),
    Column::optional("volume"),
    Column::required("interval_s"),
    Column::optional("aht_s"),
    Column::optional("patience_s"),
    Column::optional("sl_def"),
    Column::optional("places"),
    Column::optional("redial_prob"),
    Column::optional("class_volumes"),
    Column::optional("escalate_prob"),
    Column::optional("aht2_s"),
    Column::optional("n2"),
    Column::optional("concurrency"),
    Column::optional("aht_by_concurrency_s"),
];

/// Columns of `required`.
pub fn required_columns() -> Vec<Column> {
    let limits =
        ["sl_target", "t_s", "asa_max_s", "max_abandon", "max_occ", "max_block", "asa_max_by_class_s"].map(Column::optional);
    [&QUEUE[..], &limits].concat()
}

/// Columns of `evaluate`.
pub fn evaluate_columns() -> Vec<Column> {
    [&QUEUE[..], &[Column::required("n"), Column::optional("t_s")]].concat()
}

/// A row of `required`, unless one of its cells is bad.
pub fn required_row(table: &CsvTable, row: &CsvRow, report: &mut ValidationReport) -> Option<RequiredRow> {
    let mut cells = Cells { table, row, report };
    let queue = cells.queue();
    let sl_def = cells.definition();
    let [sl_target, max_abandon, max_occ, max_block] =
        ["sl_target", "max_abandon", "max_occ", "max_block"].map(|c| cells.share(c));
    let [t_s, asa_max_s] = ["t_s", "asa_max_s"].map(|c| cells.seconds(c));
    let asa_max_by_class_s = cells.list("asa_max_by_class_s", seconds).unwrap_or_default();
    let queue = queue?;
    cells.agree(&queue.model, asa_max_by_class_s.len());
    Some(RequiredRow { queue, sl_def, sl_target, t_s, asa_max_s, max_abandon, max_occ, max_block, asa_max_by_class_s })
}

/// A row of `evaluate`, unless one of its cells is bad.
pub fn evaluate_row(table: &CsvTable, row: &CsvRow, report: &mut ValidationReport) -> Option<EvaluateRow> {
    let mut cells = Cells { table, row, report };
    let queue = cells.queue();
    let n = cells.needed("n", whole);
    let (t_s, sl_def) = (cells.seconds("t_s"), cells.definition());
    let (queue, n) = (queue?, n?);
    if matches!(queue.model, RowModel::Escalation { n2: None, .. }) {
        cells.missing("n2", "escalation is evaluated with the seniors, too");
    }
    Some(EvaluateRow { queue, n, t_s, sl_def })
}

/// The cells of a row; what cannot be read becomes a finding.
struct Cells<'a> {
    table: &'a CsvTable,
    row: &'a CsvRow,
    report: &'a mut ValidationReport,
}

impl Cells<'_> {
    fn kept<T>(&mut self, result: Result<T, Finding>) -> Option<T> {
        result.map_err(|finding| self.report.push(finding)).ok()
    }

    /// A cell's value; an empty cell is none, a bad one a finding.
    fn given<T>(&mut self, column: &'static str, parse: impl Fn(&Cell<'_>) -> Result<T, Finding>) -> Option<T> {
        let result = parse(&self.table.filled(self.row, column)?);
        self.kept(result)
    }

    /// A cell that this row's model needs.
    fn needed<T>(&mut self, column: &'static str, parse: impl Fn(&Cell<'_>) -> Result<T, Finding>) -> Option<T> {
        if self.table.filled(self.row, column).is_none() {
            self.missing(column, "this row's model needs it");
        }
        self.given(column, parse)
    }

    /// A finding at an empty cell, or at the row's first where the column is not there.
    fn missing(&mut self, column: &'static str, why: &str) {
        let finding = if let Some(cell) = self.table.cell(self.row, column) {
            cell.error(format!("{column} is empty"), format!("fill it in: {why}"))
        } else {
            let first = self.table.required(self.row, "model");
            first.error(format!("`{}` needs a column {column}", first.text), "add the column, or choose another model")
        };
        self.report.push(finding);
    }

    fn share(&mut self, column: &'static str) -> Option<f64> {
        self.given(column, share)
    }

    fn seconds(&mut self, column: &'static str) -> Option<f64> {
        self.given(column, seconds)
    }

    fn definition(&mut self) -> ServiceLevelDefinition {
        self.given("sl_def", |cell| cell.choice(&DEFINITIONS)).unwrap_or_default()
    }

    /// Numbers between bars, such as 420|540|720.
    fn list(&mut self, column: &'static str, parse: impl Fn(&Cell<'_>) -> Result<f64, Finding>) -> Option<Box<[f64]>> {
        self.given(column, |cell| {
            cell.text.split('|').map(|part| parse(&Cell { text: part.trim(), ..*cell })).collect::<Result<_, _>>()
        })
    }

    /// Formula, volume, interval, handle time and patience.
    fn queue(&mut self) -> Option<QueueRow> {
        let kind = self.needed("model", |cell| cell.choice(&MODELS));
        let classes = self.list("class_volumes", count);
        let by_concurrency = self.list("aht_by_concurrency_s", seconds);
        let volume = match (&classes, kind) {
            (Some(classes), Some(Kind::Priority)) => self.total(classes),
            // What is wrong with the classes is told already, or will be.
            (None, Some(Kind::Priority)) => None,
            _ => self.needed("volume", count),
        };
        let interval_s = self.needed("interval_s", seconds);
        let patience_s = self.given("patience_s", patience);
        let aht_s = match kind {
            // Its own handle times, or what is wrong with them, are told.
            Some(Kind::Chat) if self.table.filled(self.row, "aht_by_concurrency_s").is_some() => {
                self.given("aht_s", seconds).or(Some(0.0))
            }
            _ => self.needed("aht_s", seconds),
        };
        let model = self.model(kind?, classes, by_concurrency, aht_s);
        Some(QueueRow { model: model?, volume: volume?, interval_s: interval_s?, aht_s: aht_s?, patience_s })
    }

    /// The volume of all classes, which `volume` may repeat.
    fn total(&mut self, classes: &[f64]) -> Option<f64> {
        let total: f64 = classes.iter().sum();
        let Some(cell) = self.table.filled(self.row, "volume") else { return Some(total) };
        let volume = self.kept(cell.count())?;
        if (volume - total).abs() > 1e-9 * total.max(1.0) {
            let hint = format!("write {total}, or leave volume empty");
            self.report.push(cell.error(format!("volume: `{volume}` is not the sum of class_volumes, {total}"), hint));
        }
        Some(total)
    }

    /// The model with what it needs besides.
    fn model(
        &mut self,
        kind: Kind,
        classes: Option<Box<[f64]>>,
        by_concurrency: Option<Box<[f64]>>,
        aht_s: Option<f64>,
    ) -> Option<RowModel> {
        Some(match kind {
            Kind::ErlangB => RowModel::ErlangB,
            Kind::ErlangC => RowModel::ErlangC,
            Kind::ErlangA => RowModel::ErlangA,
            Kind::Room => RowModel::FiniteRoom { places: self.needed("places", whole)? },
            Kind::RoomWithPatience => RowModel::FiniteRoomWithPatience { places: self.needed("places", whole)? },
            Kind::LossRetrials => RowModel::LossRetrials { redial: self.needed("redial_prob", share)? },
            Kind::PatienceRetrials => RowModel::PatienceRetrials { redial: self.needed("redial_prob", share)? },
            Kind::Priority => {
                if classes.is_none() && self.table.filled(self.row, "class_volumes").is_none() {
                    self.missing("class_volumes", "priority has a volume for each class");
                }
                RowModel::Priority { class_volumes: classes? }
            }
            Kind::Escalation => {
                let (share, aht2_s) = (self.needed("escalate_prob", share), self.needed("aht2_s", seconds));
                RowModel::Escalation { share: share?, aht2_s: aht2_s?, n2: self.given("n2", whole) }
            }
            Kind::Chat => RowModel::Chat { aht_by_concurrency_s: self.handle_times(by_concurrency, aht_s)? },
        })
    }

    /// Handle times by concurrency: the list, or one for any number of conversations.
    fn handle_times(&mut self, listed: Option<Box<[f64]>>, aht_s: Option<f64>) -> Option<Box<[f64]>> {
        let most: Option<usize> = self.given("concurrency", whole);
        match (listed, most) {
            (Some(listed), Some(most)) if listed.len() != most => {
                let cell = self.table.required(self.row, "concurrency");
                let message = format!("concurrency: {most} conversations do not fit {} handle times", listed.len());
                self.report.push(cell.error(message, "give one handle time for each number of conversations"));
                None
            }
            (Some(listed), _) => Some(listed),
            (None, Some(most)) if (1..=MOST_CONVERSATIONS).contains(&most) => Some(vec![aht_s?; most].into_boxed_slice()),
            (None, Some(most)) => {
                let cell = self.table.required(self.row, "concurrency");
                let message = format!("concurrency: {most} conversations of one agent");
                self.report.push(cell.error(message, format!("write 1 to {MOST_CONVERSATIONS}")));
                None
            }
            (None, None) => {
                // A list that could not be read has its finding already.
                if self.table.filled(self.row, "aht_by_concurrency_s").is_none() {
                    self.missing("concurrency", "chat needs it, or aht_by_concurrency_s");
                }
                None
            }
        }
    }

    /// Limits by class need a class each.
    fn agree(&mut self, model: &RowModel, limits: usize) {
        let classes = if let RowModel::Priority { class_volumes } = model { class_volumes.len() } else { 0 };
        if limits > 0 && limits != classes {
            let cell = self.table.required(self.row, "asa_max_by_class_s");
            let message = format!("asa_max_by_class_s: {limits} limits for {classes} classes");
            self.report.push(cell.error(message, "give one limit for each of class_volumes, and priority as the model"));
        }
    }
}

/// Most conversations of one agent.
const MOST_CONVERSATIONS: usize = 1000;

fn seconds(cell: &Cell<'_>) -> Result<f64, Finding> {
    cell.seconds()
}

fn count(cell: &Cell<'_>) -> Result<f64, Finding> {
    cell.count()
}

fn share(cell: &Cell<'_>) -> Result<f64, Finding> {
    cell.share()
}

fn whole<N: std::str::FromStr>(cell: &Cell<'_>) -> Result<N, Finding> {
    cell.whole()
}

fn patience(cell: &Cell<'_>) -> Result<f64, Finding> {
    if cell.text.eq_ignore_ascii_case("inf") { Ok(f64::INFINITY) } else { cell.seconds() }
}
