//! Every row of the reference tables, computed elsewhere with 40 to 50 digits; see `data/SOURCES.md`.

use std::path::Path;

use solver_data::target::ServiceLevelTarget;
use solver_data::{ServiceLevelDefinition, ServiceTarget};
use staffing::queue::{ErlangA, ErlangB, ErlangC};
use staffing::{QueueModel, Station};

/// Relative error allowed; the tables print 17 digits.
const TOLERANCE: f64 = 1e-11;
/// Values below this are compared by their logarithm, or not at all.
const SMALLEST: f64 = 1e-300;
/// Absolute error of the table's small shares: they were found as 1 - p with 40 to 50 digits (see `data/SOURCES.md`).
const COMPLEMENT_FLOOR: f64 = 1e-40;

struct TableRow {
    table: String,
    line: usize,
    header: Vec<String>,
    cells: Vec<String>,
}

impl TableRow {
    fn text(&self, column: &str) -> &str {
        let at = self.header.iter().position(|name| name == column).unwrap_or_else(|| panic!("no column {column}"));
        &self.cells[at]
    }

    fn number(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap_or_else(|_| panic!("{}:{} {column}", self.table, self.line))
    }

    fn optional(&self, column: &str) -> Option<f64> {
        (!self.text(column).is_empty()).then(|| self.number(column))
    }

    /// Holds a value against the table's, relatively.
    fn expect(&self, column: &str, got: f64) {
        self.expect_above(SMALLEST, column, got);
    }

    /// Holds a value against the table's, relatively where the table's digits are above `floor`.
    fn expect_above(&self, floor: f64, column: &str, got: f64) {
        let wanted = self.number(column);
        let near = got == wanted || (got - wanted).abs() <= TOLERANCE * wanted.abs() + floor;
        assert!(near, "{}:{} {column}: {got:e}, want {wanted:e}, off by {:e}", self.table, self.line, got / wanted - 1.0);
    }
}

fn table(name: &str) -> Vec<TableRow> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
    let text = std::fs::read_to_string(&path).expect("the table is part of the crate");
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().expect("a table has a header");
    lines
        .enumerate()
        .map(|(index, cells)| {
            assert_eq!(cells.len(), header.len());
            TableRow { table: name.to_owned(), line: index + 2, header: header.clone(), cells }
        })
        .collect()
}

#[test]
fn erlang_b_equals_the_table() {
    for row in table("erlang_b.csv") {
        let queue = ErlangB::new(row.number("n"), row.number("a"));
        row.expect("blocking", queue.blocking());
        row.expect("ln_blocking", queue.ln_blocking());
        row.expect("carried", queue.carried());
        row.expect("occupancy", queue.occupancy());
    }
}

#[test]
fn erlang_b_and_c_equal_the_table_for_fractions_of_an_agent() {
    for row in table("erlang_b_real.csv") {
        let (n, a) = (row.number("n"), row.number("a"));
        row.expect("blocking", ErlangB::new(n, a).blocking());
        let queue = ErlangC::new(n, a);
        row.expect("p_wait_c", queue.wait_probability());
        row.expect("sl_20_aht180", queue.within(20.0 / 180.0));
    }
}

#[test]
fn erlang_c_equals_the_table() {
    for row in table("erlang_c.csv") {
        let aht = row.number("aht_s");
        let queue = ErlangC::new(row.number("n"), row.number("a"));
        row.expect("p_wait", queue.wait_probability());
        row.expect("ln_p_wait", queue.ln_wait_probability());
        row.expect("asa_s", queue.mean_wait() * aht);
        row.expect("occupancy", queue.occupancy());
        row.expect("lq", queue.queue_length());
        for t in ["0", "10", "20", "30", "60", "300", "3600"] {
            let u = t.parse::<f64>().unwrap() / aht;
            row.expect(&format!("sl_{t}"), queue.within(u));
            row.expect_above(COMPLEMENT_FLOOR, &format!("one_minus_sl_{t}"), queue.late(u));
        }
    }
}

fn erlang_a_row(row: &TableRow) {
    let (aht, patience) = (row.number("aht_s"), row.number("patience_s"));
    let queue = ErlangA::new(row.number("n"), row.number("a"), patience / aht);
    row.expect("p_wait", queue.wait_probability());
    row.expect("p_abandon", queue.abandonment());
    row.expect("asa_all_s", queue.mean_wait() * aht);
    row.expect("asa_served_s", queue.mean_wait_answered() * aht);
    row.expect("awt_abandoned_s", queue.mean_wait_abandoned() * aht);
    row.expect("occupancy", queue.occupancy());
    row.expect("lq", queue.queue_length());
    for t in [5.0, 20.0, 60.0, 300.0] {
        let within = queue.within(t / aht);
        row.expect_above(COMPLEMENT_FLOOR, &format!("served_{t}"), within.served());
        row.expect_above(COMPLEMENT_FLOOR, &format!("virtual_{t}"), within.virtual_within());
        row.expect_above(COMPLEMENT_FLOOR, &format!("handled_or_gone_{t}"), within.ended());
        row.expect_above(COMPLEMENT_FLOOR, &format!("abandoned_{t}"), within.abandoned());
    }
}

#[test]
fn erlang_a_equals_the_table() {
    for row in table("erlang_a.csv") {
        if row.number("patience_s").is_finite() {
            erlang_a_row(&row);
        }
    }
}

#[test]
fn a_station_gives_all_five_service_levels_of_the_table_with_finite_and_infinite_patience() {
    use ServiceLevelDefinition::{HandledOrGone, OfAnswered, ServedAll, ServedExclShort, Virtual};
    for row in table("erlang_a.csv") {
        let (a, aht) = (row.number("a"), row.number("aht_s"));
        let model = QueueModel::ErlangA { patience_seconds: row.number("patience_s") };
        let station = Station { model, volume: a, interval_seconds: aht, aht_seconds: aht };
        let agents = row.number("n") as u32;
        for (name, definition) in [
            ("served", ServedAll),
            ("served_excl", ServedExclShort),
            ("handled_or_gone", HandledOrGone),
            ("of_answered", OfAnswered),
            ("virtual", Virtual),
        ] {
            for t in ["5", "20", "60", "300"] {
                let got = station.evaluate(agents, t.parse().unwrap(), definition);
                row.expect_above(COMPLEMENT_FLOOR, &format!("{name}_{t}"), got.service_level);
                row.expect("p_wait", got.wait_probability);
                row.expect("p_abandon", got.abandonment);
                row.expect("asa_all_s", got.asa_seconds);
                row.expect("occupancy", got.occupancy);
                row.expect("lq", got.queue_length);
            }
        }
    }
}

fn station(row: &TableRow, model: QueueModel) -> Station {
    Station { model, volume: row.number("volume"), interval_seconds: row.number("interval_s"), aht_seconds: row.number("aht_s") }
}

fn target(row: &TableRow, definition: ServiceLevelDefinition) -> ServiceTarget {
    let level = ServiceLevelTarget { share: row.number("sl_target"), within_seconds: row.number("t_s"), definition };
    ServiceTarget {
        service_level: Some(level),
        asa_seconds: row.optional("asa_max_s"),
        abandonment: None,
        occupancy: row.optional("max_occ"),
        ..ServiceTarget::default()
    }
}

#[test]
fn erlang_c_requires_the_agents_of_the_table() {
    for row in table("required_agents_erlang_c.csv") {
        let (station, target) = (station(&row, QueueModel::ErlangC), target(&row, ServiceLevelDefinition::ServedAll));
        let agents = station.required_agents(&target).unwrap();
        assert_eq!(f64::from(agents), row.number("n_min"), "line {}", row.line);
        let (t, definition) = (row.number("t_s"), ServiceLevelDefinition::ServedAll);
        let got = station.evaluate(agents, t, definition);
        row.expect("sl", got.service_level);
        row.expect("asa_s", got.asa_seconds);
        row.expect("p_wait", got.wait_probability);
        row.expect("occupancy", got.occupancy);
        row.expect("sl_at_n_minus_1", station.evaluate(agents - 1, t, definition).service_level);
    }
}

#[test]
fn erlang_a_requires_the_agents_of_the_table() {
    for row in table("required_agents_erlang_a.csv") {
        let definition = match row.text("sl_def") {
            "served_all" => ServiceLevelDefinition::ServedAll,
            "served_excl_short" => ServiceLevelDefinition::ServedExclShort,
            other => panic!("{other}"),
        };
        let station = station(&row, QueueModel::ErlangA { patience_seconds: row.number("patience_s") });
        let target = ServiceTarget { abandonment: row.optional("max_abandon"), ..target(&row, definition) };
        let agents = station.required_agents(&target).unwrap();
        assert_eq!(f64::from(agents), row.number("n_min"), "line {}", row.line);
        let t = row.number("t_s");
        let got = station.evaluate(agents, t, ServiceLevelDefinition::ServedAll);
        row.expect("sl_served_all", got.service_level);
        row.expect("p_abandon", got.abandonment);
        row.expect("asa_all_s", got.asa_seconds);
        row.expect("occupancy", got.occupancy);
        row.expect("sl_excl_short", station.evaluate(agents, t, ServiceLevelDefinition::ServedExclShort).service_level);
        let fewer = station.evaluate(agents - 1, t, definition);
        row.expect_above(COMPLEMENT_FLOOR, "sl_at_n_minus_1", fewer.service_level);
        row.expect("p_abandon_at_n_minus_1", fewer.abandonment);
        // At a = n and a share of 0 the table's Erlang C counts an unstable queue as good enough; ours never does.
        if row.number("sl_target") == 0.0 {
            continue;
        }
        let level_only = ServiceTarget { service_level: target.service_level, ..ServiceTarget::default() };
        let patient = Station { model: QueueModel::ErlangC, ..station };
        assert_eq!(f64::from(patient.required_agents(&level_only).unwrap()), row.number("n_erlang_c"), "line {}", row.line);
    }
}
