//! `centre.toml` as a whole: every table read, every name within the file looked up.

use super::assumption::{read_coverage, read_pay, read_rules, read_shrinkage};
use super::contract::{ContractEntry, read_level};
use super::document::{Document, Place, Placed};
use super::donor::check_donors;
use super::entry::Entry;
use super::finance::{read_capacity, terms};
use super::handling::check_escalations;
use super::head::Head;
use super::hours::weekly_hours;
use super::queue::QueueEntry;
use super::section::Section;
use super::shift::{ShiftEntry, refuse_twins};
use super::target::read_score_bands;
use crate::centre::{Contract, CoveragePrices, Level, Queue, ShrinkageAssumptions, WeeklyHours};
use crate::finance::FinanceTerms;
use crate::id::{LevelId, SkillId};
use crate::io::spelling::suggest;
use crate::pay::PayRules;
use crate::rules::LabourRules;
use crate::target::ScoreBands;
use crate::template::ShiftTemplate;
use crate::unit::Money;

/// Queues a set of queues can hold as bits.
const MOST_QUEUES: usize = 64;

/// What `centre.toml` says; complete only when its document holds no error.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CentreFile {
    pub(super) head: Head,
    pub(super) hours: WeeklyHours,
    /// Where the opening hours stand.
    pub(super) opening: Place,
    pub(super) skills: Vec<Placed<String>>,
    /// Whether every skill could be read; else an unknown one may be among those that could not.
    pub(super) skills_complete: bool,
    pub(super) levels: Vec<Placed<Level>>,
    pub(super) queues: Vec<Placed<Queue>>,
    pub(super) contracts: Vec<Placed<Contract>>,
    pub(super) templates: Vec<Placed<ShiftTemplate>>,
    /// Whether every `[[shift]]` could be read.
    pub(super) templates_complete: bool,
    pub(super) rules: Placed<LabourRules>,
    pub(super) shrinkage: ShrinkageAssumptions,
    pub(super) coverage: CoveragePrices,
    pub(super) pay: PayRules,
    pub(super) score_bands: Option<ScoreBands>,
    pub(super) finance: FinanceTerms,
}

impl CentreFile {
    /// Reads the whole file; what is wrong is in the document's report.
    pub(super) fn read(root: Section<'_>) -> Self {
        let document = root.document;
        let head = Head::read(&root);
        let (interval, digits) = (head.interval_minutes, head.currency.minor_digits);
        let opening = root.required_section("opening_hours", "[opening_hours] mon-fri = [\"08:00-18:00\"]");
        let hours = weekly_hours(&opening, interval);
        if opening.is_there() && hours.spans.iter().all(Vec::is_empty) && document.errors() == 0 {
            document.error(&opening.place, "the centre is never open", "write mon-fri = [\"08:00-18:00\"]");
        }
        let levels: Vec<_> = read_all(&root, "level", "[[level]] name = \"regular\"", |one| read_level(one, digits));
        let (levels, variable): (Vec<Placed<Level>>, Vec<Money>) = levels.into_iter().unzip();
        let queues: Vec<_> = read_all(&root, "queue", "[[queue]] name = \"sales\"", |one| QueueEntry::read(one, interval));
        let contracts: Vec<_> = read_all(&root, "contract", "[[contract]] name = \"full_time\"", ContractEntry::read);
        let shifts: Vec<_> = read_all(&root, "shift", "[[shift]] class = \"F8\"", |one| ShiftEntry::read(one, interval));
        let donors: Vec<_> = queues.iter().map(|queue| (queue.name.value.as_str(), queue.donor.as_ref())).collect();
        check_donors(document, &donors);
        let skills = skills(&root, &queues);
        let skills_complete = !queues.is_empty() && (root.has("skills") || queues.iter().all(|queue| queue.skill.is_some()));
        let rules = read_rules(root.required_section("rules", "[rules] pack = \"none\""));
        let (pay, pay_terms) = read_pay(root.optional("pay").and_then(Entry::section), digits);
        let overtime_after = contracts.iter().map(|contract| contract.overtime_after).collect();
        let names: Vec<&str> = levels.iter().map(|level| level.value.name.as_str()).collect();
        let capacity = read_capacity(root.optional("capacity").and_then(Entry::section), &names, digits);
        let file = Self {
            hours,
            opening: opening.place,
            queues: look_up_queues(document, queues, &skills, &levels),
            contracts: look_up_contracts(document, contracts, &shifts),
            templates_complete: !shifts.is_empty() && shifts.iter().all(|shift| !shift.templates.is_empty()),
            templates: shifts.into_iter().flat_map(|shift| shift.templates).collect(),
            rules,
            shrinkage: read_shrinkage(root.required_section("shrinkage", "[shrinkage] planned = \"8 %\"")),
            coverage: read_coverage(root.required_section("coverage", "[coverage] understaffing_per_hour = 150"), digits),
            pay,
            finance: terms(pay_terms, variable, overtime_after, capacity),
            score_bands: read_score_bands(&root),
            head,
            skills,
            skills_complete,
            levels,
        };
        refuse_twins(document, &file.templates);
        check_escalations(document, &file.queues);
        refuse_doubles(document, "level", file.levels.iter().map(|level| (&level.value.name, level)));
        refuse_doubles(document, "queue", file.queues.iter().map(|queue| (&queue.value.name, queue)));
        refuse_doubles(document, "contract", file.contracts.iter().map(|contract| (&contract.value.name, contract)));
        if let Some(queue) = file.queues.get(MOST_QUEUES) {
            document.error(
                &queue.place,
                format!("{} queues are more than {MOST_QUEUES}", file.queues.len()),
                "join small queues",
            );
        }
        root.close();
        file
    }
}

fn read_all<'d, T>(root: &Section<'d>, key: &'static str, example: &str, read: impl Fn(Section<'d>) -> T) -> Vec<T> {
    root.required_sections(key, example).into_iter().map(read).collect()
}

/// The skills the file lists, or those its queues need, in their order.
fn skills(root: &Section<'_>, queues: &[QueueEntry]) -> Vec<Placed<String>> {
    let mut skills: Vec<Placed<String>> = Vec::new();
    let mut add = |skill: Placed<String>| {
        if !skills.iter().any(|known| known.value == skill.value) {
            skills.push(skill);
        }
    };
    match root.optional("skills") {
        Some(entry) => {
            for skill in entry.texts("write it as [\"sales\", \"support\"]") {
                if !queues.iter().any(|queue| queue.skill.as_ref().is_some_and(|needed| needed.value == skill.value)) {
                    let message = format!("no queue needs the skill \"{}\"", skill.value);
                    root.document.warning(&skill.place, message, "name it as the skill of a queue, or take it off the list");
                }
                add(skill);
            }
        }
        None => queues.iter().filter_map(|queue| queue.skill.clone()).for_each(&mut add),
    }
    skills
}

fn look_up_queues(
    document: &Document,
    queues: Vec<QueueEntry>,
    skills: &[Placed<String>],
    levels: &[Placed<Level>],
) -> Vec<Placed<Queue>> {
    let skill_of = |named: &Placed<String>| {
        let found = skills.iter().position(|skill| skill.value == named.value);
        if found.is_none() {
            let hint =
                format!("{}; or add it to the list `skills`", suggest(&named.value, skills.iter().map(|s| s.value.as_str())));
            document.error(&named.place, format!("the skill \"{}\" is not on the list `skills`", named.value), hint);
        }
        found
    };
    let level_of = |named: &Placed<String>| {
        let found = levels.iter().position(|level| level.value.name == named.value);
        if found.is_none() {
            let hint = suggest(&named.value, levels.iter().map(|level| level.value.name.as_str()));
            document.error(&named.place, format!("there is no level \"{}\"", named.value), hint);
        }
        found
    };
    let names: Vec<String> = queues.iter().map(|queue| queue.name.value.clone()).collect();
    let look_up = |queue: QueueEntry| Placed {
        value: Queue {
            handling: queue.handling.look_up(document, queue.concurrency, levels, &names),
            name: queue.name.value,
            title: queue.title,
            channel: queue.channel,
            skill: SkillId::from(queue.skill.as_ref().and_then(skill_of).unwrap_or(0)),
            lowest_level: LevelId::from(queue.lowest_level.as_ref().and_then(level_of).unwrap_or(0)),
            priority: queue.priority,
            patience_seconds: queue.patience_seconds,
            concurrency: queue.concurrency,
            aht_seconds: queue.aht_seconds,
            target: queue.target,
            later_targets: queue.later_targets,
            hours: queue.hours,
            donor: queue.donor.map(|donor| donor.value),
        },
        place: queue.place,
    };
    queues.into_iter().map(look_up).collect()
}

fn look_up_contracts(document: &Document, contracts: Vec<ContractEntry>, shifts: &[ShiftEntry]) -> Vec<Placed<Contract>> {
    let classes = || shifts.iter().map(|shift| shift.class.value.as_str());
    for named in contracts.iter().flat_map(|contract| &contract.classes) {
        // Without any [[shift]] that is the finding, not each name.
        if !shifts.is_empty() && !classes().any(|class| class == named.value) {
            let message = format!("there is no shift class \"{}\"", named.value);
            document.error(&named.place, message, suggest(&named.value, classes().collect::<Vec<_>>()));
        }
    }
    for shift in shifts {
        let allowed = contracts.iter().flat_map(|contract| &contract.classes).any(|class| class.value == shift.class.value);
        if !allowed && !shift.class.value.is_empty() {
            let message = format!("no contract allows the shift class \"{}\"", shift.class.value);
            document.warning(&shift.class.place, message, "add it to `shifts` of a contract, or drop it");
        }
    }
    let look_up = |contract: ContractEntry| Placed {
        value: Contract {
            name: contract.name.value,
            minimum_weekly_minutes: contract.weekly_minutes.0,
            maximum_weekly_minutes: contract.weekly_minutes.1,
            maximum_days: contract.maximum_days,
            classes: contract.classes.into_iter().map(|class| class.value).collect(),
            bank: contract.bank,
            weekends: contract.weekends,
        },
        place: contract.place,
    };
    contracts.into_iter().map(look_up).collect()
}

fn refuse_doubles<'a, T: 'a>(document: &Document, what: &str, rows: impl Iterator<Item = (&'a String, &'a Placed<T>)>) {
    let mut seen: std::collections::BTreeMap<&String, &Placed<T>> = std::collections::BTreeMap::new();
    for (name, row) in rows.filter(|(name, _)| !name.is_empty()) {
        if let Some(first) = seen.get(name) {
            let message = format!("the {what} \"{name}\" is there already, in line {}", document.line(&first.place));
            document.error(&row.place, message, "give it another name, or join the two");
        } else {
            seen.insert(name, row);
        }
    }
}
