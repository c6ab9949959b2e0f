//! How contacts of a `[[queue]]` are handled: tiers, handle times by level, chats at once, escalation, call-backs, redials.

use super::document::{Document, Place, Placed};
use super::entry::Entry;
use super::section::Section;
use crate::centre::{Level, Queue};
use crate::handling::{CallbackOffer, ContactHandling, DeferredWrapUp, Escalation, Redial, TimeShape};
use crate::id::QueueId;
use crate::io::spelling::suggest;

const SHAPES: [(&str, ShapeName); 4] = [
    ("exponential", ShapeName::Exponential),
    ("lognormal", ShapeName::Lognormal),
    ("deterministic", ShapeName::Deterministic),
    ("empirical", ShapeName::Empirical),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShapeName {
    Exponential,
    Lognormal,
    Deterministic,
    Empirical,
}

/// A number for everybody, or one by level.
#[derive(Debug, Clone, PartialEq)]
enum ByLevel {
    Same(f64),
    Each(Vec<(Placed<String>, f64)>),
}

/// The handling of a queue as the file says it, names not yet looked up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct HandlingEntry {
    handling: ContactHandling,
    level_factors: Option<ByLevel>,
    escalation: Option<(Placed<String>, ByLevel)>,
    /// Where `concurrency_aht` stands.
    concurrency: Option<Place>,
}

impl HandlingEntry {
    /// Reads the keys of one `[[queue]]`.
    pub(super) fn read(section: &Section<'_>) -> Self {
        let text = |key| section.optional(key).and_then(|entry| entry.text()).map(str::to_owned);
        let factors = section.optional("concurrency_aht");
        let usual = ContactHandling::default();
        let handling = ContactHandling {
            customer_tier: text("customer_tier"),
            complexity: text("complexity"),
            level_factors: Vec::new(),
            concurrency_factors: factors.as_ref().and_then(concurrency_factors).unwrap_or_default(),
            handle_shape: section.optional("handle_times").and_then(shape).unwrap_or(usual.handle_shape),
            patience_shape: section.optional("patience").and_then(shape).unwrap_or(usual.patience_shape),
            escalation: None,
            callback: section.optional("callback").and_then(callback),
            redial: section.optional("redial").and_then(redial),
            deferred_wrap_up: section.optional("deferred_wrap_up").and_then(wrap_up),
        };
        Self {
            handling,
            level_factors: section.optional("level_aht").and_then(|entry| by_level(entry, Entry::factor)),
            escalation: section.optional("escalation").and_then(escalation),
            concurrency: factors.map(|entry| entry.place),
        }
    }

    /// The handling with its names looked up; `queues` are those of the file, in order.
    pub(super) fn look_up(
        self,
        document: &Document,
        concurrency: u32,
        levels: &[Placed<Level>],
        queues: &[String],
    ) -> ContactHandling {
        let mut handling = self.handling;
        if let Some(given) = self.level_factors {
            handling.level_factors = given.of(document, levels, 1.0);
        }
        if let Some((to, share)) = self.escalation {
            if let Some(queue) = queues.iter().position(|name| *name == to.value) {
                let share = share.of(document, levels, 0.0);
                handling.escalation = Some(Escalation { to: QueueId::from(queue), share });
            } else {
                let hint = suggest(&to.value, queues.iter().map(String::as_str));
                document.error(&to.place, format!("there is no queue \"{}\"", to.value), hint);
            }
        }
        let factors = handling.concurrency_factors.len();
        if let Some(place) = self.concurrency.filter(|_| factors > 0 && factors != concurrency as usize) {
            let message = format!("{factors} factors for up to {concurrency} contacts at once");
            document.error(&place, message, "give one factor for 1, 2, … contacts at once, as many as `concurrency`");
        }
        handling
    }
}

impl ByLevel {
    /// One number a level; `rest` where a level is not named.
    fn of(self, document: &Document, levels: &[Placed<Level>], rest: f64) -> Vec<f64> {
        let mut numbers = vec![rest; levels.len()];
        match self {
            Self::Same(number) => numbers.fill(number),
            Self::Each(named) => {
                for (name, number) in named {
                    if let Some(level) = levels.iter().position(|level| level.value.name == name.value) {
                        numbers[level] = number;
                    } else {
                        let hint = suggest(&name.value, levels.iter().map(|level| level.value.name.as_str()));
                        document.error(&name.place, format!("there is no level \"{}\"", name.value), hint);
                    }
                }
            }
        }
        numbers
    }
}

/// A number, or a table of numbers by level.
fn by_level<'d>(entry: Entry<'d>, read: impl Fn(&Entry<'d>) -> Option<f64>) -> Option<ByLevel> {
    if !entry.is_table() {
        return read(&entry).map(ByLevel::Same);
    }
    let section = entry.section()?;
    let each = |(name, place, entry): (&str, Place, Entry<'d>)| {
        let value = name.to_owned();
        read(&entry).map(|number| (Placed { value, place }, number))
    };
    Some(ByLevel::Each(section.entries().into_iter().filter_map(each).collect()))
}

/// `concurrency_aht = [1.0, 1.2, 1.6]`.
fn concurrency_factors(entry: &Entry<'_>) -> Option<Vec<f64>> {
    let hint = "write the factor on the handle time with 1, 2, … contacts at once, such as [1.0, 1.2, 1.6]";
    let factors: Vec<f64> = entry.list(hint)?.iter().map(Entry::factor).collect::<Option<_>>()?;
    match factors.first() {
        Some(first) if (first - 1.0).abs() < 1e-9 && factors.is_sorted() => Some(factors),
        _ => entry.refuse("the factors do not rise from 1", hint),
    }
}

/// `escalation = { to = "complex", share = "15 %" }`, or `share = { junior = "15 %" }`.
fn escalation(entry: Entry<'_>) -> Option<(Placed<String>, ByLevel)> {
    let section = entry.section()?;
    let to = section.required("to", "to = \"complex\"").and_then(|entry| entry.placed_text());
    let share = section.required("share", "share = \"15 %\"").and_then(|entry| by_level(entry, Entry::share));
    section.close();
    to.zip(share)
}

/// `callback = { after_seconds = 60, share = "30 %", within_hours = 4 }`.
fn callback(entry: Entry<'_>) -> Option<CallbackOffer> {
    let section = entry.section()?;
    let after_seconds = section.required("after_seconds", "after_seconds = 60").and_then(|entry| entry.seconds());
    let share = section.required("share", "share = \"30 %\"").and_then(|entry| entry.share());
    let within_hours = section.required("within_hours", "within_hours = 4").and_then(|entry| entry.positive());
    section.close();
    Some(CallbackOffer { after_seconds: after_seconds?, share: share?, within_hours: within_hours? })
}

/// `redial = { share = "40 %", after_seconds = 600 }`.
fn redial(entry: Entry<'_>) -> Option<Redial> {
    let section = entry.section()?;
    let share = section.required("share", "share = \"40 %\"").and_then(|entry| entry.share());
    let after_seconds = section.required("after_seconds", "after_seconds = 600").and_then(|entry| entry.positive_seconds());
    section.close();
    Some(Redial { share: share?, after_seconds: after_seconds? })
}

/// `deferred_wrap_up = { seconds = 60, within_hours = 2 }`.
fn wrap_up(entry: Entry<'_>) -> Option<DeferredWrapUp> {
    let section = entry.section()?;
    let seconds = section.required("seconds", "seconds = 60").and_then(|entry| entry.positive_seconds());
    let within_hours = section.required("within_hours", "within_hours = 2").and_then(|entry| entry.positive());
    section.close();
    Some(DeferredWrapUp { seconds: seconds?, within_hours: within_hours? })
}

/// `{ shape = "lognormal", cv = 1.2 }`, `{ shape = "empirical", seconds = [30, 60, 200] }`, or a shape's name alone.
fn shape(entry: Entry<'_>) -> Option<TimeShape> {
    if entry.is_text() {
        return named_shape(entry.choice(&SHAPES)?, None, None, &entry);
    }
    let whole = entry.clone();
    let section = entry.section()?;
    let name = section.required("shape", "shape = \"lognormal\"").and_then(|entry| entry.choice(&SHAPES));
    let cv = section.optional("cv").and_then(|entry| entry.positive());
    let seconds = section.optional("seconds").and_then(|entry| {
        let mut seconds: Vec<f64> =
            entry.list("write the observed seconds, such as [30, 60, 200]")?.iter().map(Entry::seconds).collect::<Option<_>>()?;
        seconds.sort_by(f64::total_cmp);
        Some(seconds)
    });
    section.close();
    named_shape(name?, cv, seconds, &whole)
}

fn named_shape(name: ShapeName, cv: Option<f64>, seconds: Option<Vec<f64>>, entry: &Entry<'_>) -> Option<TimeShape> {
    match (name, cv, seconds) {
        (ShapeName::Exponential, None, None) => Some(TimeShape::Exponential),
        (ShapeName::Deterministic, None, None) => Some(TimeShape::Deterministic),
        (ShapeName::Lognormal, Some(cv), None) => Some(TimeShape::Lognormal { cv }),
        (ShapeName::Empirical, None, Some(seconds)) if seconds.last().is_some_and(|last| *last > 0.0) => {
            Some(TimeShape::Empirical { seconds })
        }
        (ShapeName::Lognormal, _, _) => {
            entry.refuse("a lognormal shape needs its cv and nothing else", "write { shape = \"lognormal\", cv = 1.0 }")
        }
        (ShapeName::Empirical, _, _) => entry.refuse(
            "an empirical shape needs its seconds, one of them above 0",
            "write { shape = \"empirical\", seconds = [30, 60, 200] }",
        ),
        _ => entry.refuse("this shape has neither cv nor seconds", "leave them out"),
    }
}

/// Queues whose escalations lead back to themselves would never be done with a contact.
pub(super) fn check_escalations(document: &Document, queues: &[Placed<Queue>]) {
    for (index, queue) in queues.iter().enumerate() {
        let mut at = queue.value.handling.escalation.as_ref().map(|escalation| usize::from(escalation.to));
        let mut steps = 0;
        while let Some(next) = at.filter(|next| *next != index && steps <= queues.len()) {
            at = queues[next].value.handling.escalation.as_ref().map(|escalation| usize::from(escalation.to));
            steps += 1;
        }
        if at == Some(index) {
            let message = format!("escalations of \"{}\" come back to it", queue.value.name);
            document.error(&queue.place, message, "let the last queue of the chain escalate to nobody");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::LevelId;
    use crate::io::centre::tests::{AGENTS, CENTRE, folder, only};

    fn with(lines: &str) -> (Option<crate::Centre>, crate::ValidationReport) {
        folder(&CENTRE.replacen("channel = \"voice\"\n", &format!("channel = \"voice\"\n{lines}\n"), 1), AGENTS).validate()
    }

    #[test]
    fn tiers_levels_and_escalations_are_read() {
        let (centre, report) = with(
            "customer_tier = \"gold\"\ncomplexity = \"simple\"\nlevel_aht = { senior = \"85 %\" }\n\
             escalation = { to = \"support\", share = { junior = 0.15 } }\ncallback = { after_seconds = 60, share = 0.3, within_hours = 4 }\n\
             redial = { share = 0.4, after_seconds = 600 }\nhandle_times = { shape = \"empirical\", seconds = [60, 30] }\n\
             patience = { shape = \"lognormal\", cv = 1.5 }\ndeferred_wrap_up = { seconds = 60, within_hours = 2 }",
        );
        assert_eq!(report.findings, []);
        let handling = centre.unwrap().queues[QueueId(0)].handling.clone();
        assert_eq!((handling.level_factor(LevelId(0)), handling.level_factor(LevelId(1))), (1.0, 0.85));
        assert_eq!(handling.escalation, Some(Escalation { to: QueueId(1), share: vec![0.15, 0.0] }));
        assert_eq!(handling.handle_shape, TimeShape::Empirical { seconds: vec![30.0, 60.0] });
        assert_eq!(handling.patience_shape, TimeShape::Lognormal { cv: 1.5 });
        assert_eq!(handling.redial, Some(Redial { share: 0.4, after_seconds: 600.0 }));
        assert_eq!(handling.customer_tier.as_deref(), Some("gold"));
    }

    #[test]
    fn what_cannot_be_meant_is_refused_with_the_mend() {
        for (lines, message) in [
            ("escalation = { to = \"suport\", share = 0.1 }", "there is no queue \"suport\""),
            ("escalation = { to = \"sales\", share = 0.1 }", "escalations of \"sales\" come back to it"),
            ("level_aht = { chief = 0.8 }", "there is no level \"chief\""),
            ("handle_times = \"lognormal\"", "a lognormal shape needs its cv and nothing else"),
            ("patience = { shape = \"empirical\", seconds = [0] }", "an empirical shape needs its seconds, one of them above 0"),
            ("concurrency_aht = [1.0, 1.3]", "2 factors for up to 1 contacts at once"),
            ("concurrency_aht = [1.2]", "the factors do not rise from 1"),
            ("redial = { share = 0.4 }", "`after_seconds` is missing"),
        ] {
            let (_, report) = with(lines);
            assert_eq!(only(&report).2, message);
            assert!(!only(&report).3.is_empty());
        }
    }
}
