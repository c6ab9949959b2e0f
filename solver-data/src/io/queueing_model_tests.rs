use proptest::prelude::*;

use super::*;

const MODEL: &str = r#"{
 "name": "two types",
 "contact_types": [
  {"id": "calls", "arrivals_per_hour": 180.0, "patience_seconds": 300, "service_level_seconds": 20,
   "handle_seconds": {"front": 240, "back": 300}, "route": [["front"], ["back"]]},
  {"id": "callbacks", "arrivals_per_hour": 20, "patience_seconds": null, "service_level_seconds": 60,
   "handle_seconds": {"back": 400}, "route": [["back"]], "distribution": "lognormal", "cv": 1.2}
 ],
 "groups": [{"id": "front", "agents": 12, "serves": ["calls"]}, {"id": "back", "agents": 5, "serves": ["callbacks", "calls"]}],
 "queue_discipline": "priority", "idle_choice": "listed", "waiting_room": null, "warm_up_hours": 5.5, "hours": 500
}"#;

fn read(text: &str) -> (Option<QueueingModel>, ValidationReport) {
    parse_model(&SourceText::decode("model.json", text.as_bytes()))
}

fn paths(change: impl Fn(&mut QueueingModel)) -> Vec<String> {
    let mut model = read(MODEL).0.unwrap();
    change(&mut model);
    let (_, report) = read(&serde_json::to_string(&model).unwrap());
    report.findings.into_iter().map(|finding| finding.path.unwrap_or_default()).collect()
}

#[test]
fn a_model_is_read_without_a_word() {
    let (model, report) = read(MODEL);
    let model = model.unwrap();
    assert!(report.findings.is_empty(), "{report:?}");
    assert_eq!((model.contact_types[1].distribution, model.contact_types[1].cv), (HandleDistribution::Lognormal, Some(1.2)));
    assert!(paths(|_| {}).is_empty());
}

#[test]
fn an_unknown_field_or_word_is_placed() {
    let (_, report) = read(&MODEL.replacen("\"hours\"", "\"hourz\"", 1));
    assert!(report.findings[0].message.contains("unknown field `hourz`"), "{report:?}");
    assert_eq!(report.findings[0].line, Some(10));
    let (_, report) = read(&MODEL.replacen("\"listed\"", "\"random\"", 1));
    assert!(report.findings[0].message.contains("unknown variant `random`"), "{report:?}");
}

#[test]
fn names_resolve_and_numbers_make_sense() {
    assert_eq!(paths(|model| model.groups[1].serves.clear()), ["contact_types[0].route", "contact_types[1].route"]);
    assert_eq!(paths(|model| model.groups[0].serves.push("chats".to_owned())), ["groups[0].serves"]);
    assert_eq!(paths(|model| model.contact_types[0].handle_seconds.retain(|group, _| group != "back")), ["groups[1].serves"]);
    assert_eq!(paths(|model| model.contact_types[0].route.clear()), ["contact_types[0].route"]);
    assert_eq!(paths(|model| model.contact_types[0].route[0].push("side".to_owned())), ["contact_types[0].route"]);
    assert_eq!(paths(|model| model.contact_types[0].patience_seconds = Some(0.0)), ["contact_types[0].patience_seconds"]);
    assert_eq!(paths(|model| model.contact_types[0].arrivals_per_hour = -1.0), ["contact_types[0].arrivals_per_hour"]);
    assert_eq!(paths(|model| model.contact_types[1].cv = None), ["contact_types[1].cv"]);
    assert_eq!(paths(|model| model.contact_types[0].cv = Some(1.0)), ["contact_types[0].cv"]);
    assert_eq!(paths(|model| model.hours = 0.0), ["hours"]);
    assert_eq!(
        paths(|model| model.contact_types[0].id = "callbacks".to_owned()).first().map(String::as_str),
        Some("contact_types")
    );
}

#[test]
fn shapes_are_read_and_their_faults_placed() {
    let (model, report) = read(&MODEL.replacen(
        r#""patience_seconds": 300"#,
        r#""patience_seconds": 300, "patience_distribution": "empirical", "patience_shape": {"quantiles": [0, 60, 900]}"#,
        1,
    ));
    assert!(report.findings.is_empty(), "{report:?}");
    let calls = &model.unwrap().contact_types[0];
    assert_eq!(calls.patience_shape, Some(EmpiricalShape::Quantiles(vec![0.0, 60.0, 900.0])));
    assert_eq!(calls.patience_shape.as_ref().unwrap().mean(), 255.0);

    let shape = |shape: EmpiricalShape| {
        paths(move |model| {
            model.contact_types[0].distribution = HandleDistribution::Empirical;
            model.contact_types[0].shape = Some(shape.clone());
        })
    };
    assert!(shape(EmpiricalShape::Sample(vec![10.0])).is_empty());
    for faulty in [
        EmpiricalShape::Sample(Vec::new()),
        EmpiricalShape::Sample(vec![0.0]),
        EmpiricalShape::Sample(vec![1.0, -1.0]),
        EmpiricalShape::Quantiles(vec![1.0]),
        EmpiricalShape::Quantiles(vec![2.0, 1.0]),
    ] {
        assert_eq!(shape(faulty), ["contact_types[0].shape"]);
    }
    let empirical = HandleDistribution::Empirical;
    assert_eq!(paths(|model| model.contact_types[0].patience_distribution = empirical), ["contact_types[0].patience_shape"]);
    let fixed = HandleDistribution::Deterministic;
    assert_eq!(paths(|model| model.contact_types[1].patience_distribution = fixed), ["contact_types[1].patience_seconds"]);
    assert_eq!(paths(|model| model.contact_types[0].patience_cv = Some(1.0)), ["contact_types[0].patience_cv"]);
}

proptest! {
    #[test]
    fn any_bytes_give_a_model_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let (model, report) = parse_model(&SourceText::decode("m", &bytes));
        prop_assert_eq!(model.is_some(), report.is_usable());
    }

    #[test]
    fn a_mutated_model_gives_a_model_or_an_error(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = MODEL.as_bytes().to_vec();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (model, report) = parse_model(&SourceText::decode("m", &bytes));
        prop_assert_eq!(model.is_some(), report.is_usable());
    }
}
