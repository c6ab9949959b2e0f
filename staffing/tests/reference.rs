//! Every row of the reference tables, computed elsewhere with 40 to 50 digits; see `data/SOURCES.md`.

use std::path::Path;

use solver_data::target::ServiceLevelTarget;
use solver_data::{ServiceLevelDefinition, ServiceTarget};
use staffing::queue::{Chat, ErlangA, ErlangB, ErlangC, Escalation, FiniteQueue, PriorityQueue, Retrials};
use staffing::{ChatStation, QueueModel, Station};

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

#[test]
fn rooms_with_few_places_equal_the_table() {
    for row in table("mmnk.csv") {
        let (a, aht, patience) = (row.number("a"), row.number("aht_s"), row.number("patience_s"));
        let queue = FiniteQueue::new(row.number("n") as u32, a, row.number("K") as u32, patience / aht);
        row.expect("p_block", queue.blocking());
        row.expect("p_wait_of_offered", queue.wait_probability());
        row.expect("p_wait_of_accepted", queue.wait_probability_accepted());
        row.expect("p_abandon_of_offered", queue.abandonment());
        row.expect("lq", queue.queue_length());
        row.expect("mean_wait_accepted_s", queue.mean_wait_accepted() * aht);
        row.expect("occupancy", queue.occupancy());
    }
}

#[test]
fn retrials_equal_the_table_to_its_digits() {
    for row in table("retrials_fixed_point.csv") {
        let (n, a, redial) = (row.number("n"), row.number("a_first"), row.number("redial_prob"));
        let queue = match row.text("model") {
            "B" => Retrials::over_loss(n, a, redial),
            _ => Retrials::over_abandonment(n, a, row.number("patience_s") / 180.0, redial),
        };
        for (column, got) in [
            ("lambda_total_over_first", queue.attempts_per_contact()),
            ("p_block_or_abandon", queue.lost_attempts()),
            ("p_wait", queue.wait_probability()),
            ("ultimately_lost_of_first_attempts", queue.lost_contacts()),
        ] {
            // Twelve digits are printed.
            assert!((got / row.number(column) - 1.0).abs() <= 5e-12, "line {} {column}: {got}", row.line);
        }
    }
}

fn list(text: &str) -> Vec<f64> {
    text.split('|').map(|part| part.parse().expect("a list of numbers")).collect()
}

#[test]
fn priorities_equal_the_table() {
    for row in table("priority_exact.csv") {
        let aht = row.number("aht_s");
        let loads: Vec<f64> = list(row.text("lambda_per_min_list")).iter().map(|rate| rate / 60.0 * aht).collect();
        let queue = PriorityQueue::new(row.number("n"), &loads);
        row.expect("mean_wait_s", queue.mean_wait(row.number("class") as usize - 1) * aht);
        row.expect("p_wait", queue.all().wait_probability());
    }
}

#[test]
fn escalations_equal_the_table() {
    for row in table("tier_escalation_exact.csv") {
        let (rate, aht) = (row.number("lambda_per_min") / 60.0, [row.number("aht1_s"), row.number("aht2_s")]);
        let seniors = (row.number("n2"), rate * row.number("escalate_prob") * aht[1]);
        let tiers = Escalation::new((row.number("n1"), rate * aht[0]), seniors);
        row.expect("asa1_s", tiers.juniors().mean_wait() * aht[0]);
        row.expect("sl1_20", tiers.juniors().within(20.0 / aht[0]));
        row.expect("asa2_s", tiers.seniors().mean_wait() * aht[1]);
        row.expect("sl2_60", tiers.seniors().within(60.0 / aht[1]));
        row.expect("p_wait1", tiers.juniors().wait_probability());
        row.expect("p_wait2", tiers.seniors().wait_probability());
    }
}

#[test]
fn chats_equal_the_table() {
    for row in table("chat_concurrency.csv") {
        let station = ChatStation {
            volume: row.number("lambda_per_min"),
            interval_seconds: 60.0,
            aht_seconds: list(row.text("aht_by_concurrency_s")),
            patience_seconds: row.number("patience_s"),
        };
        assert_eq!(station.aht_seconds.len() as f64, row.number("c"));
        let agents = row.number("n") as u32;
        let got = station.evaluate(agents, 30.0, ServiceLevelDefinition::ServedAll);
        row.expect("p_wait", got.service.wait_probability);
        row.expect("p_abandon", got.service.abandonment);
        row.expect("sl_30_served_all", got.service.service_level);
        row.expect("asa_all_s", got.service.asa_seconds);
        row.expect("mean_chats_per_agent", got.chats_per_agent);
        let pooled = Chat::pooled_slots(agents, station.volume / 60.0, &station.aht_seconds, station.patience_seconds);
        row.expect("eff_slots_erlangA_p_wait", pooled.wait_probability());
    }
}
