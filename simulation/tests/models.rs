//! The reference models of the data set, by confidence interval.

use solver_data::queueing_model::QueueingModel;
use solver_data::{Seed, Unwatched};

fn model(name: &str) -> QueueingModel {
    let path = format!("{}/tests/data/models/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn every_model() {
    let mut names: Vec<String> = std::fs::read_dir(format!("{}/tests/data/models", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter_map(|n| n.strip_suffix(".json").map(str::to_owned))
        .collect();
    names.sort();
    let results = std::fs::read_to_string(format!("{}/tests/data/models/results.csv", env!("CARGO_MANIFEST_DIR"))).unwrap();
    for name in names {
        let mut model = model(&name);
        model.hours /= 1.0;
        let rows = simulation::simulate_model(&model, 20, Seed(1), &Unwatched).unwrap();
        let wanted: Vec<(String, String, f64, f64)> = results
            .lines()
            .filter(|l| l.starts_with(&format!("{name},")))
            .map(|l| {
                let f: Vec<&str> = l.split(',').collect();
                (f[1].into(), f[2].into(), f[3].parse().unwrap(), f[4].parse().unwrap())
            })
            .collect();
        assert_eq!(rows.len(), wanted.len());
        let mut inside = 0;
        for (row, (unit, metric, mean, hw)) in rows.iter().zip(&wanted) {
            assert_eq!((&row.unit, row.metric), (unit, metric.as_str()));
            let e = row.estimate;
            let width = e.half_width.hypot(*hw);
            let z = if width > 0.0 { (e.mean - mean) / width } else { (e.mean - mean) * 1e9 };
            if z.abs() <= 1.0 {
                inside += 1;
            } else {
                println!("{name} {unit} {metric}: {} ± {} vs {mean} ± {hw}: {z}", e.mean, e.half_width);
            }
        }
        println!("{name}: {inside} of {}", rows.len());
    }
}
