//! The page as a whole: complete, well formed, repeatable, small, and calm at the edges.

use std::path::Path;

use super::fixture::Fixture;
use super::{Language, render};

const SECTIONS: [&str; 8] = ["headline", "demand", "need", "roster", "service", "cost", "shortfall", "provenance"];

fn page(fixture: Fixture, language: Language) -> String {
    render(&fixture.planned(), &Fixture::meta(), language)
}

/// Every tag that is opened is closed, in order.
fn unbalanced(html: &str) -> Option<String> {
    const VOID: [&str; 3] = ["meta", "input", "br"];
    let mut open: Vec<&str> = Vec::new();
    let body = html.strip_prefix("<!DOCTYPE html>")?;
    for piece in body.split('<').skip(1) {
        let Some((tag, _)) = piece.split_once('>') else { return Some(format!("no end of tag: {piece}")) };
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if let Some(closed) = tag.strip_prefix('/') {
            if open.pop() != Some(closed) {
                return Some(format!("</{closed}> closes nothing"));
            }
        } else if !tag.ends_with('/') && !VOID.contains(&name) {
            open.push(name);
        }
    }
    open.pop().map(|name| format!("<{name}> stays open"))
}

fn assert_sound(html: &str) {
    for id in SECTIONS {
        assert!(html.contains(&format!("<section id=\"{id}\">")), "section {id} is missing");
    }
    assert_eq!(unbalanced(html), None);
    for word in ["NaN", ">inf", "-inf", "\"inf", "http://", "https://", "<script"] {
        assert!(!html.contains(word), "{word} is on the page");
    }
    let pictures = html.matches("<svg").count();
    let spoken = html.matches("role=\"img\" aria-label=\"").count() + html.matches("aria-hidden=\"true\"").count();
    assert_eq!(pictures, spoken, "a picture lacks its text alternative");
    assert!(!html.contains("role=\"img\" aria-label=\"\""), "a text alternative is empty");
}

#[test]
fn the_page_is_complete_well_formed_and_small() {
    for language in [Language::English, Language::Chinese] {
        let html = page(Fixture::BANK, language);
        assert_sound(&html);
        assert!(html.len() < 2_000_000, "{} bytes", html.len());
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let (first, again) = (Fixture::BANK.planned(), Fixture::BANK.planned());
    let html = |planned| render(planned, &Fixture::meta(), Language::English);
    assert_eq!(html(&first), html(&again));
}

#[test]
fn the_headline_says_cost_service_and_gap() {
    let planned = Fixture::BANK.planned();
    let html = render(&planned, &Fixture::meta(), Language::English);
    let sentence = html.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap();
    let cost = super::number::money(planned.cost.total(), &planned.centre.currency);
    assert!(
        sentence.contains(&cost) && sentence.contains("in 20\u{a0}s (80\u{a0}%\u{a0}wanted)") && sentence.contains("1.2\u{a0}%"),
        "{sentence}"
    );
}

fn headline_of(planned: &scenarios::PlannedWeek, language: Language) -> String {
    let html = render(planned, &Fixture::meta(), language);
    html.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap().to_owned()
}

#[test]
fn the_headline_begins_with_what_does_not_hold() {
    let mut planned = Fixture::BANK.planned();
    planned.shortfalls.clear();
    for queue in &mut planned.performance.queues {
        queue.horizon.service_level = solver_data::Estimate { mean: 0.85, half_width: 0.01 };
    }
    let sentence = headline_of(&planned, Language::English);
    assert!(sentence.starts_with("The week costs ") && sentence.ends_with("of the best possible."), "{sentence}");
    planned.performance.queues[2].horizon.service_level.mean = 0.7;
    planned.performance.queues[4].horizon.service_level.mean = 0.6;
    let sentence = headline_of(&planned, Language::English);
    assert!(sentence.starts_with("2 of 6 queues miss their target: the week costs "), "{sentence}");
    planned.violations.push(solver_data::check::RosterViolation {
        agent: "J01".to_owned(),
        date: None,
        rule: "minimum_rest",
        message: "420 minutes of rest, 660 are due".to_owned(),
    });
    let sentence = headline_of(&planned, Language::English);
    assert!(sentence.starts_with("1 rule is broken and 2 of 6 queues miss their target: "), "{sentence}");
    assert!(!sentence.contains("best possible"), "the bound holds for rosters that keep the rules: {sentence}");
    let sentence = headline_of(&planned, Language::Chinese);
    assert!(sentence.starts_with("违反 1 条规则，6 个队列中 2 个未达到目标："), "{sentence}");
}

#[test]
fn without_contacts_no_service_is_claimed() {
    let html = page(Fixture { volume: 0.0, replay: false, ..Fixture::BANK }, Language::English);
    assert!(html.contains("expects no contacts") && !html.contains("wanted: missed"));
}

#[test]
fn the_cost_tables_end_in_the_total() {
    let planned = Fixture::BANK.planned();
    let html = render(&planned, &Fixture::meta(), Language::English);
    let total = super::number::money_exact(planned.cost.total(), &planned.centre.currency);
    assert!(html.matches(&format!("<td>{total}</td>")).count() >= 2, "by day and by level");
}

/// Two weeks, the second without recorded contacts.
fn partly_recorded() -> scenarios::PlannedWeek {
    let mut planned = Fixture { days: 14, ..Fixture::BANK }.planned();
    let second = planned.roster.grid.local(planned.roster.grid.day_range(7).start);
    for queue in &mut planned.replay.as_mut().unwrap().actual.queues {
        queue.records.iter_mut().filter(|record| record.start >= second).for_each(|record| record.offered = None);
    }
    planned
}

#[test]
fn edges_are_calm() {
    let bank = Fixture::BANK;
    let edges = [
        Fixture { replay: false, ..bank },
        Fixture { agents: 1, ..bank },
        Fixture { agents: 0, ..bank },
        Fixture { volume: 0.0, ..bank },
        Fixture { volume: 0.0, replay: false, agents: 0, ..bank },
        Fixture { volume: 0.05, ..bank },
        Fixture { days: 1, ..bank },
        Fixture { days: 28, ..bank },
        Fixture { overnight: true, ..bank },
    ];
    for edge in edges {
        let planned = edge.planned();
        for language in [Language::English, Language::Chinese] {
            assert_sound(&render(&planned, &Fixture::meta(), language));
        }
    }
}

#[test]
fn three_hundred_agents_stay_readable_and_sane() {
    let html = page(Fixture { agents: 300, volume: 10.0, ..Fixture::BANK }, Language::English);
    assert_sound(&html);
    assert!(html.len() < 6_000_000, "{} bytes", html.len());
}

#[test]
fn a_plan_without_backtest_rounds_or_curves_renders() {
    let mut planned = Fixture::BANK.planned();
    planned.accuracy.clear();
    planned.refinement.clear();
    planned.requirement.curves.clear();
    planned.requirement.pools.clear();
    planned.shortfalls.clear();
    planned.cost.lines.clear();
    assert_sound(&render(&planned, &Fixture::meta(), Language::English));
}

#[test]
fn names_from_the_input_cannot_break_the_page() {
    let mut planned = Fixture::BANK.planned();
    planned.centre.name = "<script>\"&".to_owned();
    planned.centre.queues[solver_data::QueueId(0)].title = "<b>".to_owned();
    assert_sound(&render(&planned, &Fixture::meta(), Language::English));
}

#[test]
fn previews_are_written_beside_the_build() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/report-preview");
    std::fs::create_dir_all(&folder).unwrap();
    let bank = Fixture::BANK;
    let partly = render(&partly_recorded(), &Fixture::meta(), Language::English);
    assert!(partly.contains("actual known for 7 of 14 days"));
    std::fs::write(folder.join("partly.html"), &partly).unwrap();
    let previews = [
        ("bank", bank, Language::English),
        ("bank-zh", bank, Language::Chinese),
        ("plain", Fixture { replay: false, overnight: true, ..bank }, Language::English),
        ("month", Fixture { days: 28, ..bank }, Language::English),
        ("quiet", Fixture { agents: 1, volume: 0.0, replay: false, ..bank }, Language::English),
        ("large", Fixture { agents: 300, volume: 10.0, ..bank }, Language::English),
    ];
    for (name, fixture, language) in previews {
        let html = page(fixture, language);
        std::fs::write(folder.join(format!("{name}.html")), &html).unwrap();
        assert!(html.ends_with("</html>"));
    }
}
