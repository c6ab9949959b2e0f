//! Models by name, and what a backtest says in plain words.

use std::io::Write;

use scenarios::forecast::{Contest, ModelChoice, known_models};
use solver_data::io::suggest;
use solver_data::{ForecastAccuracy, Grain};

use super::Language;

/// A model by its name.
pub fn model_choice(name: &str) -> Result<ModelChoice, String> {
    known(name).map(|name| ModelChoice::Named(name.to_owned()))
}

/// The models of a contest: `all`, or names with commas between them.
pub fn contest(names: &str) -> Result<Contest, String> {
    if names.trim() == "all" {
        return Ok(Contest::All);
    }
    let names = names.split(',').map(|name| known(name).map(str::to_owned));
    names.collect::<Result<_, _>>().map(Contest::Named)
}

fn known(name: &str) -> Result<&str, String> {
    let (name, models) = (name.trim(), known_models());
    if models.contains(&name) {
        return Ok(name);
    }
    let suggestion = suggest(name, models.iter().copied());
    let list = if suggestion.starts_with("did") { format!(" known are {}", models.join(", ")) } else { String::new() };
    Err(format!("there is no model called `{name}`; {suggestion}{list}"))
}

/// Prints one sentence a queue to standard error.
pub fn tell_achievable(rows: &[ForecastAccuracy], language: Language) {
    let mut text = achievable(rows, language).join("\n");
    text.push('\n');
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// One sentence a queue: how far off the first model is by the interval, what no forecast can be expected to undercut, and
/// what the planner's habit gives.
fn achievable(rows: &[ForecastAccuracy], language: Language) -> Vec<String> {
    let by_interval: Vec<&ForecastAccuracy> = rows.iter().filter(|row| row.grain == Grain::Interval).collect();
    let mut queues: Vec<&str> = by_interval.iter().map(|row| row.queue.as_str()).collect();
    queues.dedup();
    queues
        .into_iter()
        .filter_map(|queue| {
            let own = || by_interval.iter().filter(|row| row.queue == queue);
            let wape = |model: &str| own().find(|row| row.model == model).map(|row| percent(row.wape));
            let first = own().next()?;
            let (off, floor, habit) = (percent(first.wape), wape("poisson_floor")?, wape("average_4_weeks")?);
            let best = own().filter(|row| row.model != "poisson_floor").min_by(|a, b| a.wape.total_cmp(&b.wape))?;
            let told = match language {
                Language::En => format!(
                    "queue {queue}: {} is {off} off by the interval; no forecast can be expected below {floor} (Poisson floor); \
                     the 4-week average is {habit} off",
                    first.model
                ),
                Language::Zh => format!(
                    "队列 {queue}:{} 按时段的误差为 {off};任何预测都难以低于 {floor}(泊松下限);四周平均的误差为 {habit}",
                    first.model
                ),
            };
            let better = best.wape < 0.995 * first.wape;
            Some(match language {
                Language::En if better => format!("{told}; {} was best with {}", best.model, percent(best.wape)),
                Language::Zh if better => format!("{told};最佳为 {},{}", best.model, percent(best.wape)),
                Language::En | Language::Zh => told,
            })
        })
        .collect()
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(model: &str, wape: f64) -> ForecastAccuracy {
        ForecastAccuracy {
            queue: "PS".into(),
            grain: Grain::Interval,
            model: model.into(),
            wape,
            mase: None,
            bias: 0.0,
            coverage80: None,
            coverage95: None,
            pinball: None,
            origins: 8,
        }
    }

    #[test]
    fn a_queue_is_told_what_is_achievable() {
        let rows = [row("shiftcast", 0.049), row("average_4_weeks", 0.057), row("poisson_floor", 0.038)];
        assert_eq!(
            achievable(&rows, Language::En),
            ["queue PS: shiftcast is 4.9 % off by the interval; no forecast can be expected below 3.8 % (Poisson floor); \
              the 4-week average is 5.7 % off"]
        );
        let better = [rows[0].clone(), row("holt_winters", 0.04), rows[1].clone(), rows[2].clone()];
        assert!(achievable(&better, Language::En)[0].ends_with("; holt_winters was best with 4.0 %"));
        assert!(achievable(&rows, Language::Zh)[0].contains("泊松下限"));
    }

    #[test]
    fn a_misspelt_model_is_told_what_was_meant() {
        assert_eq!(contest("all"), Ok(Contest::All));
        assert_eq!(contest("shiftcast, damped_ets"), Ok(Contest::Named(vec!["shiftcast".into(), "damped_ets".into()])));
        let error = model_choice("holt-wintres").unwrap_err();
        assert!(error.contains("did you mean `holt_winters`?") && error.contains("gradient_boosting"), "{error}");
        assert!(contest("shiftcast,prophet").unwrap_err().contains("known are `shiftcast`"));
    }
}
