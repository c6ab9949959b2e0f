//! One requirement as a spreadsheet whose cells compute it again.
//!
//! Inputs stand in named cells, every candidate number of agents in a row of its own. The stored results are the
//! program's, so that a viewer that does not calculate shows them, and one that does shows whether they agree.
//!
//! Erlang A with x = λ / θ, y = n μ / θ: J = e^x x^-y Γ(y + 1) P(y, x) / (n μ), D = 1 / B(n - 1, a) + λ J, as
//! `staffing::queue` states them; P is the regularised incomplete gamma function, which spreadsheets call `GAMMADIST`.

use rust_xlsxwriter::{Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError};
use scenarios::staffing::ErlangB;
use scenarios::staffing::explain::Explanation;
use scenarios::staffing::promise::required;
use scenarios::staffing::{QueueModel, Station};
use solver_data::ServiceLevelDefinition;

/// Sheet name, also in the named cells' references.
const SHEET: &str = "Requirement";
/// First row of the inputs, counted from 0.
const FIRST_INPUT: u32 = 2;
/// x = λ / θ and y = n μ / θ of Erlang A, in cells.
const LOST: &str = "(volume/interval_s*patience_s)";
const SERVED: &str = "(A{r}*patience_s/aht_s)";
/// Most rows of candidates.
const MOST_CANDIDATES: u32 = 2_000;

/// A column of the candidates' table.
struct Column {
    header: &'static str,
    /// Formula in row `{r}`, the number of agents in column A.
    formula: String,
    /// What the program computed for a number of agents.
    value: Box<dyn Fn(u32) -> f64>,
    places: &'static str,
}

/// A named input or result.
struct Named {
    label: &'static str,
    name: &'static str,
    content: Content,
    origin: &'static str,
}

enum Content {
    Given(Option<f64>),
    Computed(String, f64),
}

/// The workbook of an explanation as the bytes of an `.xlsx` file.
///
/// # Errors
/// [`XlsxError`] when the workbook cannot be laid out, which no explanation causes.
pub fn requirement_sheet(told: &Explanation) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let columns = columns(told);
    let (first, last) = candidates(told.agents.max(formula_need(told)));
    let named = named(told, columns.len(), last - first + 1);
    for (row, one) in (FIRST_INPUT..).zip(&named) {
        book.define_name(one.name, &format!("={SHEET}!$B${}", row + 1))?;
    }
    let sheet = book.add_worksheet();
    sheet.set_name(SHEET)?;
    let title = format!("Agents for queue {}, {} ({})", told.queue, told.at.format("%A %-d %B %Y %H:%M"), told.formula());
    sheet.write_with_format(0, 0, title, &Format::new().set_bold().set_font_size(14))?;
    write_named(sheet, &named)?;
    write_candidates(sheet, (first_candidate_row(&named), first, last), &columns)?;
    sheet.set_column_width(0, 32)?;
    sheet.set_column_width(2, 14)?;
    book.save_to_buffer()
}

/// Row of the first candidate, counted from 0: the inputs, a free row, the header.
fn first_candidate_row(named: &[Named]) -> u32 {
    FIRST_INPUT + named.len() as u32 + 2
}

/// Numbers of agents shown: enough below and above for the volume to be changed by a third.
fn candidates(agents: u32) -> (u32, u32) {
    let first = (agents / 5).saturating_mul(3).saturating_sub(3).max(agents.saturating_sub(MOST_CANDIDATES / 2)).max(1);
    let last = (agents.saturating_add(agents / 5 * 2) + 5).min(first + MOST_CANDIDATES - 1);
    (first, last)
}

/// The least agents that keep what must hold in the interval itself.
fn formula_need(told: &Explanation) -> u32 {
    required(&told.station, &told.in_interval).map_or(told.agents, |(_, agents)| agents)
}

fn patience(station: &Station) -> Option<f64> {
    match station.model {
        QueueModel::ErlangA { patience_seconds } => Some(patience_seconds).filter(|seconds| seconds.is_finite()),
        QueueModel::ErlangC => None,
    }
}

fn named(told: &Explanation, columns: usize, rows: u32) -> Vec<Named> {
    let station = &told.station;
    let given = |label, name, value: Option<f64>, origin| Named { label, name, content: Content::Given(value), origin };
    let level = told.in_interval.service_level;
    let placed = Some(f64::from(told.agents)).filter(|_| formula_need(told) != told.agents);
    let longest = told.in_interval.maximum_wait;
    let mut named = vec![
        given(
            "contacts in the interval",
            "volume",
            Some(station.volume),
            "the forecast (shiftcast explain forecast), contacts sent on and tried again included",
        ),
        given("interval, s", "interval_s", Some(station.interval_seconds), "centre.toml, interval_minutes"),
        given("mean handle time, s", "aht_s", Some(station.aht_seconds), "the forecast, else centre.toml"),
        given("mean patience, s", "patience_s", patience(station), "centre.toml; empty: contacts never leave"),
        given("service level wished", "share_wished", level.map(|level| level.share), "centre.toml, target"),
        given("within, s", "within_s", Some(told.service_level().0), "centre.toml, target"),
        given("longest mean wait, s", "asa_limit", told.in_interval.asa_seconds, "centre.toml, target; empty: no limit"),
        given(
            "largest share that abandons",
            "abandon_limit",
            told.in_interval.abandonment,
            "centre.toml, target; empty: no limit",
        ),
        given("highest occupancy", "occupancy_limit", told.in_interval.occupancy, "centre.toml, target; empty: no limit"),
        given(
            "agents placed over the period",
            "placed",
            placed,
            "where the promise is judged over a day or a week, or work waits",
        ),
        given("longest wait, s", "longest_s", longest.map(|limit| limit.seconds), "centre.toml, target; empty: no limit"),
        given("share within it", "longest_share", longest.map(|limit| limit.share), "centre.toml, target"),
        given("planned shrinkage", "planned", Some(told.shrinkage.planned.get()), "centre.toml, shrinkage"),
        given("unplanned shrinkage", "unplanned", Some(told.shrinkage.unplanned.get()), "centre.toml, shrinkage"),
    ];
    // Inputs, two results of one row each, the load, a free row and the header stand above the candidates.
    let first = FIRST_INPUT + named.len() as u32 + 3 + 2 + 1;
    let keeps = letter(columns);
    let last = first + rows - 1;
    let least = format!("=INDEX($A${first}:$A${last},MATCH(TRUE,${keeps}${first}:${keeps}${last},0))");
    named.push(Named {
        label: "offered load, erlangs",
        name: "load",
        content: Content::Computed("=volume*aht_s/interval_s".to_owned(), station.offered_load()),
        origin: "volume × handle time / interval",
    });
    named.push(Named {
        label: "agents required on contact",
        name: "required",
        content: Content::Computed(least, f64::from(formula_need(told))),
        origin: "first row below that keeps every limit",
    });
    let whole = f64::from(told.agents) / told.shrinkage.availability();
    named.push(Named {
        label: "agents to schedule",
        name: "to_schedule",
        content: Content::Computed("=MAX(required,placed)/((1-planned)*(1-unplanned))".to_owned(), whole),
        origin: "the larger of the two / ((1 - planned)(1 - unplanned)), before rounding",
    });
    named
}

fn columns(told: &Explanation) -> Vec<Column> {
    let station = told.station;
    let (seconds, definition) = told.service_level();
    let measures = move |agents: u32| station.evaluate(agents, seconds, definition);
    let mut columns = match patience(&station) {
        None => erlang_c(station),
        Some(_) => erlang_a(station, seconds),
    };
    let column = |header, formula: &str, value: Box<dyn Fn(u32) -> f64>, places| Column {
        header,
        formula: formula.to_owned(),
        value,
        places,
    };
    let level = service_level(patience(&station), definition);
    let (wait, gone) = match patience(&station) {
        None => ("=IF(A{r}<=load,1E+99,C{r}*aht_s/(A{r}-load))", "=0"),
        Some(_) => ("=(1+(volume/interval_s-A{r}/aht_s)*C{r})/D{r}*patience_s", "=(1+(volume/interval_s-A{r}/aht_s)*C{r})/D{r}"),
    };
    let finite = |seconds: f64| if seconds.is_finite() { seconds } else { 1e99 };
    columns.push(column("service level", &level, Box::new(move |n| measures(n).service_level), "0.0000"));
    let [level, asa, abandon] = [columns.len(), columns.len() + 1, columns.len() + 2].map(letter);
    columns.push(column("mean wait, s", wait, Box::new(move |n| finite(measures(n).asa_seconds)), "0.00"));
    columns.push(column("abandon", gone, Box::new(move |n| measures(n).abandonment), "0.0000"));
    let busy = format!("=MIN(1,load*(1-{abandon}{{r}})/A{{r}})");
    columns.push(column("occupancy", &busy, Box::new(move |n| measures(n).occupancy), "0.0000"));
    let occupancy = letter(columns.len());
    let longest = told.in_interval.maximum_wait.map_or(0.0, |limit| limit.seconds);
    let within = move |n| station.evaluate(n, longest, ServiceLevelDefinition::Virtual).service_level;
    columns.push(column("within the longest", &within_longest(patience(&station)), Box::new(within), "0.0000"));
    let patient = letter(columns.len());
    let stable = if patience(&station).is_none() { "A{r}>load," } else { "" };
    let keeps = format!(
        "=IFERROR(AND({stable}OR(ISBLANK(share_wished),{level}{{r}}>=share_wished-1E-12),\
         OR(ISBLANK(asa_limit),{asa}{{r}}<=asa_limit+1E-12),OR(ISBLANK(abandon_limit),{abandon}{{r}}<=abandon_limit+1E-12),\
         OR(ISBLANK(occupancy_limit),{occupancy}{{r}}<=occupancy_limit+1E-12),\
         OR(ISBLANK(longest_s),{patient}{{r}}>=longest_share-1E-12)),FALSE)"
    );
    let required = formula_need(told);
    columns.push(column("keeps", &keeps, Box::new(move |n| if n >= required { 1.0 } else { 0.0 }), "General"));
    columns
}

/// The share that waits no longer than `longest_s`; in Erlang A, column D is D.
fn within_longest(patience: Option<f64>) -> String {
    if patience.is_none() {
        return "=IF(A{r}<=load,0,1-C{r}*EXP(-(A{r}-load)*longest_s/aht_s))".to_owned();
    }
    format!("=1-volume/interval_s*{}/D{{r}}", course("longest_s"))
}

/// J(t) after a wait of the named cell, in column A the agents.
fn course(seconds: &str) -> String {
    let left = format!("({LOST}*EXP(-{seconds}/patience_s))");
    format!("EXP({LOST}*(1-EXP(-{seconds}/patience_s))-A{{r}}*{seconds}/aht_s)*{}", incomplete_gamma(&left))
}

/// J with x as given: e^x x^-y Γ(y + 1) P(y, x) / (n μ).
fn incomplete_gamma(x: &str) -> String {
    format!("EXP({x}-{SERVED}*LN({x})+GAMMALN({SERVED}+1))*GAMMADIST({x},{SERVED},1,TRUE)/(A{{r}}/aht_s)")
}

/// Columns B and C: Erlang B, and Erlang C from it.
fn erlang_c(station: Station) -> Vec<Column> {
    let load = station.offered_load();
    vec![
        Column {
            header: "Erlang B",
            formula: "=POISSON(A{r},load,FALSE)/POISSON(A{r},load,TRUE)".to_owned(),
            value: Box::new(move |n| ErlangB::new(f64::from(n), load).blocking()),
            places: "0.000000",
        },
        Column {
            header: "waits (Erlang C)",
            formula: "=IF(A{r}<=load,1,B{r}/(1-load/A{r}*(1-B{r})))".to_owned(),
            value: Box::new(move |n| station.evaluate(n, 0.0, ServiceLevelDefinition::ServedAll).wait_probability),
            places: "0.000000",
        },
    ]
}

/// Columns B to F: 1 / B(n - 1), J, D, the share that waits, and J(t).
fn erlang_a(station: Station, within: f64) -> Vec<Column> {
    let (load, rate) = (station.offered_load(), station.volume / station.interval_seconds);
    let inverse = move |n: u32| 1.0 / ErlangB::new(f64::from(n) - 1.0, load).blocking();
    let waits = move |n: u32| station.evaluate(n, 0.0, ServiceLevelDefinition::ServedAll).wait_probability;
    let whole = move |n: u32| inverse(n) / (1.0 - waits(n));
    let later = move |n: u32| 1.0 - station.evaluate(n, within, ServiceLevelDefinition::Virtual).service_level;
    let column = |header, formula: &str, value: Box<dyn Fn(u32) -> f64>, places| Column {
        header,
        formula: formula.to_owned(),
        value,
        places,
    };
    let places = "0.000000";
    vec![
        column("1 / B(n-1)", "=POISSON(A{r}-1,load,TRUE)/POISSON(A{r}-1,load,FALSE)", Box::new(inverse), places),
        column("J, s", &format!("={}", incomplete_gamma(LOST)), Box::new(move |n| waits(n) * whole(n) / rate), places),
        column("D", "=B{r}+volume/interval_s*C{r}", Box::new(whole), places),
        column("waits", "=volume/interval_s*C{r}/D{r}", Box::new(waits), places),
        column("J(t), s", &format!("={}", course("within_s")), Box::new(move |n| later(n) * whole(n) / rate), places),
    ]
}

/// The formula of the service level by its definition; in Erlang A, column D is D and column F is J(t).
fn service_level(patience: Option<f64>, definition: ServiceLevelDefinition) -> String {
    if patience.is_none() {
        return "=IF(A{r}<=load,0,1-C{r}*EXP(-(A{r}-load)*within_s/aht_s))".to_owned();
    }
    let course = "EXP(volume/interval_s*patience_s*(1-EXP(-within_s/patience_s))-A{r}*within_s/aht_s)";
    let served = format!("(1-E{{r}}+({course}-1+A{{r}}/aht_s*(C{{r}}-F{{r}}))/D{{r}})");
    let later = "volume/interval_s*F{r}/D{r}";
    match definition {
        ServiceLevelDefinition::ServedAll => format!("={served}"),
        ServiceLevelDefinition::ServedExclShort => format!("={served}/({served}+{later}*EXP(-within_s/patience_s))"),
        ServiceLevelDefinition::OfAnswered => format!("={served}/(1-(1+(volume/interval_s-A{{r}}/aht_s)*C{{r}})/D{{r}})"),
        ServiceLevelDefinition::HandledOrGone => format!("=1-{later}*EXP(-within_s/patience_s)"),
        ServiceLevelDefinition::Virtual => format!("=1-{later}"),
    }
}

fn write_named(sheet: &mut Worksheet, named: &[Named]) -> Result<(), XlsxError> {
    let (number, result) = (Format::new().set_align(FormatAlign::Right), Format::new().set_bold());
    let faint = Format::new().set_font_color("#666666");
    for (row, one) in (FIRST_INPUT..).zip(named) {
        sheet.write(row, 0, one.label)?;
        match &one.content {
            Content::Given(Some(value)) => sheet.write_with_format(row, 1, *value, &number)?,
            Content::Given(None) => sheet.write_blank(row, 1, &number)?,
            Content::Computed(formula, value) => {
                let formula = Formula::new(formula).set_result(value.to_string());
                sheet.write_formula_with_format(row, 1, formula, &result)?
            }
        };
        sheet.write_with_format(row, 2, one.origin, &faint)?;
    }
    Ok(())
}

/// The table from row `place.0` on, for `place.1` to `place.2` agents.
fn write_candidates(sheet: &mut Worksheet, place: (u32, u32, u32), columns: &[Column]) -> Result<(), XlsxError> {
    let (top, first, last) = place;
    let header = Format::new().set_bold().set_border_bottom(rust_xlsxwriter::FormatBorder::Thin);
    sheet.write_with_format(top - 1, 0, "agents n", &header)?;
    for (column, own) in (1..).zip(columns) {
        sheet.write_with_format(top - 1, column, own.header, &header)?;
    }
    let formats: Vec<Format> = columns.iter().map(|own| Format::new().set_num_format(own.places)).collect();
    for (row, agents) in (top..).zip(first..=last) {
        sheet.write(row, 0, agents)?;
        for ((column, own), format) in (1..).zip(columns).zip(&formats) {
            let value = (own.value)(agents);
            let result = match own.header {
                "keeps" if value > 0.0 => "TRUE".to_owned(),
                "keeps" => "FALSE".to_owned(),
                _ => value.to_string(),
            };
            let formula = Formula::new(own.formula.replace("{r}", &(row + 1).to_string())).set_result(result);
            sheet.write_formula_with_format(row, column, formula, format)?;
        }
    }
    sheet.set_freeze_panes(top, 1)?;
    Ok(())
}

/// Letter of a column, counted from 0 for A.
fn letter(column: usize) -> char {
    char::from(b'A' + column as u8)
}
