use super::*;
use crate::io::centre::tests::{AGENTS, CENTRE, folder};

/// Scenarios by name.
struct Shelf(Vec<(&'static str, &'static str)>);

impl ScenarioShelf for Shelf {
    fn text(&self, name: &str) -> Option<SourceText> {
        let (name, text) = self.0.iter().find(|(own, _)| *own == name)?;
        Some(SourceText::decode(&format!("{name}.toml"), text.as_bytes()))
    }
    fn names(&self) -> Vec<String> {
        self.0.iter().map(|(name, _)| (*name).to_owned()).collect()
    }
}

fn days() -> Vec<NaiveDate> {
    (4..=10).map(|day| NaiveDate::from_ymd_opt(2024, 3, day).unwrap()).collect()
}

fn read(text: &'static str) -> (Option<Scenario>, ValidationReport) {
    let centre = folder(CENTRE, AGENTS).validate().0.unwrap();
    read_scenario(
        "s",
        &Shelf(vec![("s", text), ("other", "[[change]]\nkind = \"aht\"\nfactor = 0.9\n")]),
        ScenarioContext { centre: &centre, days: &days() },
    )
}

fn told(text: &'static str) -> Vec<(Option<u32>, Option<u32>, String, String)> {
    let (scenario, report) = read(text);
    assert!(scenario.is_none());
    report.findings.into_iter().map(|found| (found.line, found.column, found.message, found.hint)).collect()
}

#[test]
fn a_scenario_is_read_with_what_it_includes() {
    let (scenario, report) = read(
        "title = \"Busy\"\ninclude = [\"other\"]\n[[change]]\nkind = \"volume\"\nfactor = \"+25 %\"\nfrom_day = 2\nuntil = \"2024-03-06\"\nbetween = [\"10:00-12:00\", \"14:00-16:00\"]\n",
    );
    assert_eq!(report.findings, []);
    let scenario = scenario.unwrap();
    assert_eq!((scenario.title.as_str(), scenario.changes.len()), ("Busy", 2));
    assert_eq!(scenario.changes[1].alteration, crate::scenario::Alteration::Volume { factor: 1.25, add_per_hour: 0.0 });
    let reach = &scenario.changes[1].reach;
    assert_eq!((reach.from, reach.until), (days()[1], days()[2]));
    assert!(reach.covers(days()[1].and_hms_opt(15, 0, 0).unwrap()));
    assert!(!reach.covers(days()[1].and_hms_opt(13, 0, 0).unwrap()));
}

#[test]
fn every_mistake_is_told_at_once_with_its_place_and_the_mend() {
    let found = told(
        "[[change]]\nkind = \"volume\"\nqueues = [\"slaes\"]\nfactor = 1.1\n\n[[change]]\nkind = \"volume\"\nfactr = 1.1\n\n[[change]]\nkind = \"aht\"\nfactor = 0.9\nfrom = \"2024-03-20\"\n\n[[change]]\nkind = \"headcount\"\nchange = -40\n\n[[change]]\nkind = \"hole\"\n",
    );
    let lines: Vec<_> =
        found.iter().map(|(line, column, message, _)| (line.unwrap(), column.unwrap(), message.as_str())).collect();
    assert_eq!(lines[0], (3, 11, "there is no queue \"slaes\""));
    assert!(found[0].3.contains("sales"), "{}", found[0].3);
    assert!(
        lines.iter().any(|(line, _, message)| *line == 6 && message.contains("neither factor nor add_per_hour")),
        "{lines:?}"
    );
    assert!(lines.contains(&(13, 8, "2024-03-20 lies 10 day(s) after the horizon, which goes from 2024-03-04 to 2024-03-10")));
    assert!(lines.iter().any(|(line, _, message)| *line == 17 && message.contains("a negative headcount")), "{lines:?}");
    assert!(lines.iter().any(|(line, _, message)| *line == 20 && message.contains("there is no kind of change")), "{lines:?}");
}

#[test]
fn unknown_keys_are_told_with_the_known_ones() {
    let found = told("[[change]]\nkind = \"volume\"\nfactor = 1.1\nweekday = [\"mon\"]\n");
    assert_eq!((found[0].0, found[0].2.as_str()), (Some(4), "`weekday` is not known here"));
    assert_eq!(found[0].3, "did you mean `weekdays`?");
}

#[test]
fn promises_nobody_can_keep_are_refused_with_the_nearest() {
    let found = told(
        "[[change]]\nkind = \"target\"\nqueues = [\"sales\"]\ntarget = { service_level = \"100 %\", within_seconds = 20 }\n",
    );
    assert_eq!(found[0].2, "no number of agents can meet a service level of 100 %");
    assert!(found[0].3.contains("99.9 %"));
}

#[test]
fn circles_and_strangers_are_named() {
    let centre = folder(CENTRE, AGENTS).validate().0.unwrap();
    let days = days();
    let context = ScenarioContext { centre: &centre, days: &days };
    let shelf = Shelf(vec![("a", "include = [\"b\"]"), ("b", "include = [\"a\"]")]);
    let (_, report) = read_scenario("a", &shelf, context);
    assert!(report.findings[0].message.contains("a → b → a"), "{report:?}");
    let (_, report) = read_scenario("c", &shelf, context);
    assert_eq!(report.findings[0].message, "there is no scenario \"c\"");
}

#[test]
fn a_grid_has_every_combination_and_tells_where_a_value_is_wrong() {
    let centre = folder(CENTRE, AGENTS).validate().0.unwrap();
    let days = days();
    let context = ScenarioContext { centre: &centre, days: &days };
    let shelf = Shelf(vec![("other", "[[change]]\nkind = \"aht\"\nfactor = 0.9\n")]);
    let text = "[[axis]]\nname = \"volume\"\nchange = { kind = \"volume\" }\nvary = \"factor\"\nvalues = [0.9, 1.0, 1.1]\n[[axis]]\nname = \"event\"\nscenarios = [\"none\", \"other\"]\n";
    let (grid, report) = parse_sweep(SourceText::decode("sweep.toml", text.as_bytes()), &shelf, context);
    assert_eq!(report.findings, []);
    let grid = grid.unwrap();
    assert_eq!(grid.len(), 6);
    let labels: Vec<String> =
        (0..6).map(|k| grid.points(k).iter().map(|point| point.label.clone()).collect::<Vec<_>>().join("/")).collect();
    assert_eq!(labels, ["0.9/none", "0.9/other", "1.0/none", "1.0/other", "1.1/none", "1.1/other"]);
    assert_eq!(grid.changes(5).len(), 2);
    let wrong = text.replace("1.0", "-1.0");
    let (grid, report) = parse_sweep(SourceText::decode("sweep.toml", wrong.as_bytes()), &shelf, context);
    assert!(grid.is_none());
    assert_eq!((report.findings[0].line, report.findings[0].column), (Some(5), Some(16)));
}
