//! Reads stationary queueing models from JSON.

use std::path::Path;

use super::abridge::abridge;
use super::json::{Complaints, parse_json, repeated};
use super::spelling::suggest;
use super::text::{SourceText, read_text};
use crate::finding::ValidationReport;
use crate::queueing_model::{AgentGroup, ContactType, EmpiricalShape, HandleDistribution, QueueingModel};

/// Reads the model at `path`; see [`parse_model`].
pub fn read_model(path: &Path) -> (Option<QueueingModel>, ValidationReport) {
    match read_text(path) {
        Ok(source) => parse_model(&source),
        Err(error) => (None, ValidationReport { findings: vec![error.finding()] }),
    }
}

/// The model in `source`, validated wholly: names resolve, rates and times are finite and of the right sign, and every
/// group that may take a type has a handle time for it.
///
/// Findings carry line and column where the JSON itself is wrong, else a path such as `contact_types[0].route`.
pub fn parse_model(source: &SourceText) -> (Option<QueueingModel>, ValidationReport) {
    let mut report = ValidationReport::default();
    let Some(model) = parse_json::<QueueingModel>(source, &mut report) else { return (None, report) };
    let mut complaints = Complaints::about(&source.name);
    check_frame(&model, &mut complaints);
    for (k, kind) in model.contact_types.iter().enumerate() {
        check_type(&model, kind, &format!("contact_types[{k}]"), &mut complaints);
    }
    for (g, group) in model.groups.iter().enumerate() {
        check_group(&model, group, &format!("groups[{g}]"), &mut complaints);
    }
    abridge(&source.name, complaints.into_findings(), &mut report);
    (report.is_usable().then_some(model), report)
}

fn check_frame(model: &QueueingModel, complaints: &mut Complaints<'_>) {
    complaints.check(
        "contact_types",
        model.contact_types.is_empty().then(|| "there are no contact types".to_owned()),
        "give one at least",
    );
    complaints.check("groups", model.groups.is_empty().then(|| "there are no groups".to_owned()), "give one at least");
    let twice = [
        ("contact_types", repeated(model.contact_types.iter().map(|kind| kind.id.as_str()))),
        ("groups", repeated(model.groups.iter().map(|group| group.id.as_str()))),
    ];
    for (list, name) in twice {
        complaints.check(list, name.map(|name| format!("id `{name}` stands twice")), "give every id once");
    }
    let (warm_up, hours) = (model.warm_up_hours, model.hours);
    complaints.check("warm_up_hours", (!(0.0..=1e7).contains(&warm_up)).then(|| format!("{warm_up} hours")), "give 0 or more");
    complaints.check("hours", (!(hours > 0.0 && hours <= 1e7)).then(|| format!("{hours} hours")), "give more than 0");
}

fn check_type(model: &QueueingModel, kind: &ContactType, path: &str, complaints: &mut Complaints<'_>) {
    let at = |field: &str| format!("{path}.{field}");
    let rate = kind.arrivals_per_hour;
    complaints.check(
        at("arrivals_per_hour"),
        (!(0.0..=1e9).contains(&rate)).then(|| format!("{rate} arrivals an hour")),
        "give 0 or more",
    );
    if let Some(patience) = kind.patience_seconds {
        let hint = "give more than 0, or null for endless patience";
        complaints.check(
            at("patience_seconds"),
            (!(patience > 0.0 && patience.is_finite())).then(|| format!("{patience} seconds")),
            hint,
        );
    }
    let threshold = kind.service_level_seconds;
    complaints.check(
        at("service_level_seconds"),
        (!(threshold >= 0.0 && threshold.is_finite())).then(|| format!("{threshold} seconds")),
        "give 0 or more",
    );
    for (group, &seconds) in &kind.handle_seconds {
        let path = format!("{path}.handle_seconds.{group}");
        let known = model.groups.iter().any(|known| known.id == *group);
        complaints.check(&path, (!known).then(|| format!("there is no group `{group}`")), group_names(model, group));
        complaints.check(
            &path,
            (!(seconds > 0.0 && seconds.is_finite())).then(|| format!("{seconds} seconds")),
            "give more than 0",
        );
    }
    complaints.check(
        at("route"),
        (!kind.route.iter().any(|level| !level.is_empty())).then(|| "the route names no group".to_owned()),
        "give one level at least",
    );
    for group in kind.route.iter().flatten() {
        let Some(known) = model.groups.iter().find(|known| known.id == *group) else {
            complaints.check(at("route"), Some(format!("there is no group `{group}`")), group_names(model, group));
            continue;
        };
        let serves = known.serves.contains(&kind.id);
        let hint = format!("add `{}` to its `serves`, or take it off the route", kind.id);
        complaints.check(at("route"), (!serves).then(|| format!("group `{group}` does not serve `{}`", kind.id)), hint);
    }
    let handle = Shape { distribution: kind.distribution, cv: kind.cv, empirical: kind.shape.as_ref() };
    handle.check(["cv", "shape"].map(at), complaints);
    let (distribution, empirical) = (kind.patience_distribution, kind.patience_shape.as_ref());
    let patience = Shape { distribution, cv: kind.patience_cv, empirical };
    patience.check(["patience_cv", "patience_shape"].map(at), complaints);
    let endless = kind.patience_seconds.is_none() && distribution != HandleDistribution::Exponential;
    let message = || format!("endless patience with patience_distribution {distribution:?}");
    complaints.check(at("patience_seconds"), endless.then(message), "give the mean patience in seconds");
}

/// How a handle time or a patience spreads around its mean, as the file says it.
struct Shape<'a> {
    distribution: HandleDistribution,
    cv: Option<f64>,
    empirical: Option<&'a EmpiricalShape>,
}

impl Shape<'_> {
    fn check(&self, [cv_path, shape_path]: [String; 2], complaints: &mut Complaints<'_>) {
        let cv_fits = match (self.distribution, self.cv) {
            (HandleDistribution::Lognormal, cv) => cv.is_some_and(|cv| cv > 0.0 && cv <= 100.0),
            (_, cv) => cv.is_none(),
        };
        let message = format!("cv {:?} with distribution {:?}", self.cv, self.distribution);
        let hint = "give a cv above 0 with lognormal, and with lognormal only";
        complaints.check(cv_path, (!cv_fits).then_some(message), hint);
        let (message, hint) = match (self.distribution, self.empirical) {
            (HandleDistribution::Empirical, None) => {
                (Some("an empirical distribution without its shape"), "give {\"sample\": [seconds, …]} or {\"quantiles\": […]}")
            }
            (HandleDistribution::Empirical, Some(shape)) => {
                (shape.fault().map(|_| "a shape that cannot be drawn from"), shape.fault().unwrap_or_default())
            }
            (_, shape) => (shape.map(|_| "a shape without the distribution empirical"), "leave it out, or say empirical"),
        };
        complaints.check(shape_path, message.map(str::to_owned), hint);
    }
}

fn check_group(model: &QueueingModel, group: &AgentGroup, path: &str, complaints: &mut Complaints<'_>) {
    complaints.check(
        format!("{path}.agents"),
        (group.agents > 1_000_000).then(|| format!("{} agents", group.agents)),
        "give 0 to 1000000",
    );
    let twice = repeated(group.serves.iter().map(String::as_str));
    complaints.check(format!("{path}.serves"), twice.map(|name| format!("`{name}` stands twice")), "name every type once");
    for name in &group.serves {
        let Some(kind) = model.contact_types.iter().find(|kind| kind.id == *name) else {
            let hint = suggest(name, model.contact_types.iter().map(|kind| kind.id.as_str()));
            complaints.check(format!("{path}.serves"), Some(format!("there is no contact type `{name}`")), hint);
            continue;
        };
        let timed = kind.handle_seconds.contains_key(&group.id);
        let hint = format!("add `{}` to handle_seconds of `{name}`", group.id);
        complaints.check(
            format!("{path}.serves"),
            (!timed).then(|| format!("`{name}` has no handle time in group `{}`", group.id)),
            hint,
        );
    }
}

fn group_names(model: &QueueingModel, wanted: &str) -> String {
    suggest(wanted, model.groups.iter().map(|group| group.id.as_str()))
}

#[cfg(test)]
#[path = "queueing_model_tests.rs"]
mod tests;
