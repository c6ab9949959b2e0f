//! One queue given by options, read like a row of a file.

use clap::Args;
use solver_data::Finding;
use solver_data::io::SourceText;

use super::Failure;

/// A queue, option by option; each is a column of a batch.
#[derive(Debug, Args)]
pub struct OneQueue {
    #[arg(
        help = "Formula [default: erlang_a with --patience, else erlang_c]",
        long,
        value_name = "MODEL",
        conflicts_with = "batch"
    )]
    model: Option<String>,
    /// Contacts an interval
    #[arg(long, value_name = "CONTACTS", required_unless_present_any = ["batch", "class_volumes"], conflicts_with = "batch")]
    volume: Option<String>,
    /// Length of the interval, seconds
    #[arg(long, value_name = "SECONDS", required_unless_present = "batch", conflicts_with = "batch")]
    interval: Option<String>,
    /// Mean handle time, seconds
    #[arg(long, value_name = "SECONDS", required_unless_present_any = ["batch", "aht_by_concurrency"], conflicts_with = "batch")]
    aht: Option<String>,
    /// Mean patience, seconds
    #[arg(long, value_name = "SECONDS", conflicts_with = "batch")]
    patience: Option<String>,
    #[arg(
        help = "How abandoned contacts count: served_all, served_excl_short, of_answered, handled_or_gone, virtual",
        long,
        value_name = "DEFINITION",
        conflicts_with = "batch"
    )]
    sl_def: Option<String>,
    /// Places in all, for mmnk and mmnka
    #[arg(long, value_name = "K", conflicts_with = "batch")]
    places: Option<String>,
    #[arg(
        help = "Share of lost contacts that try again, for retrial_b and retrial_a",
        long,
        value_name = "SHARE",
        conflicts_with = "batch"
    )]
    redial: Option<String>,
    /// Contacts an interval by class, highest first, for priority
    #[arg(long, value_name = "LIST", conflicts_with = "batch")]
    class_volumes: Option<String>,
    /// Share that escalates, for escalation
    #[arg(long, value_name = "SHARE", conflicts_with = "batch")]
    escalate: Option<String>,
    /// Mean handle time of seniors, seconds, for escalation
    #[arg(long, value_name = "SECONDS", conflicts_with = "batch")]
    aht2: Option<String>,
    /// Conversations of an agent at a time, for chat
    #[arg(long, value_name = "C", conflicts_with = "batch")]
    concurrency: Option<String>,
    /// Handle times with 1, 2, … conversations, seconds, such as 420|540|720, for chat
    #[arg(long, value_name = "LIST", conflicts_with = "batch")]
    aht_by_concurrency: Option<String>,
}

/// The options as a table of one row.
pub fn source(one: &OneQueue, more: &[(&'static str, Option<&str>)]) -> SourceText {
    let model = one.model.as_deref().unwrap_or(if one.patience.is_some() { "erlang_a" } else { "erlang_c" });
    let options = [
        ("model", Some(model)),
        ("volume", Some(one.volume.as_deref().unwrap_or(""))),
        ("interval_s", one.interval.as_deref()),
        ("aht_s", Some(one.aht.as_deref().unwrap_or(""))),
        ("patience_s", one.patience.as_deref()),
        ("sl_def", one.sl_def.as_deref()),
        ("places", one.places.as_deref()),
        ("redial_prob", one.redial.as_deref()),
        ("class_volumes", one.class_volumes.as_deref()),
        ("escalate_prob", one.escalate.as_deref()),
        ("aht2_s", one.aht2.as_deref()),
        ("concurrency", one.concurrency.as_deref()),
        ("aht_by_concurrency_s", one.aht_by_concurrency.as_deref()),
    ];
    let given: Vec<(&str, &str)> = options.iter().chain(more).filter_map(|&(name, text)| text.map(|text| (name, text))).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(given.iter().map(|(name, _)| name))
        .and_then(|()| writer.write_record(given.iter().map(|(_, text)| text)))
        .expect("writing to memory does not fail, and both rows have the same width");
    let bytes = writer.into_inner().expect("writing to memory does not fail");
    SourceText {
        name: "command line".to_owned(),
        text: String::from_utf8(bytes).expect("options are text"),
        encoding: "UTF-8",
        findings: Vec::new(),
    }
}

/// `80/20` as a share and seconds.
pub fn level(text: &str) -> Result<(String, String), Failure> {
    let (share, within) = text.split_once('/').ok_or_else(|| {
        let hint = "write percent and seconds, such as 80/20";
        Failure::input(Finding::error("command line", format!("--sl: `{text}` is not a service level"), hint))
    })?;
    if within.trim().is_empty() {
        let hint = "write percent and seconds, such as 80/20";
        return Err(Failure::input(Finding::error("command line", format!("--sl: `{text}` has no seconds"), hint)));
    }
    let share = share.trim().trim_end_matches('%').trim();
    // 80/20 means percent, 0.8/20 a share.
    let percent = share.parse::<f64>().is_ok_and(|share| share > 1.0);
    Ok((if percent { format!("{share} %") } else { share.to_owned() }, within.trim().to_owned()))
}
