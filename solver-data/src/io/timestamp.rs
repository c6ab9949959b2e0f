//! Dates and times as people and programs write them; what could mean two days is refused with the mend.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::cell::CellError;

const HOW_DATE: &str = "write it as 2024-03-01";
const HOW_TIME: &str = "write it as 2024-03-01 09:00:00, in local civil time";

/// A local date: `2024-03-01`, `2024/3/1`, `2024.3.1`, `20240301`, `2024年3月1日`; midnight behind it is forgiven.
///
/// # Errors
/// [`CellError`] for anything else, with the day it may have meant.
pub fn parse_date(text: &str) -> Result<NaiveDate, CellError> {
    let wide = to_ascii(text);
    let text = wide.trim();
    let date = match text.find([' ', 'T']) {
        Some(at) if is_midnight(&text[at + 1..]) => &text[..at],
        Some(_) => return Err(CellError::new(format!("`{text}` holds a time of day, where a date is needed"), HOW_DATE)),
        None => text,
    };
    date_of(date)
}

/// A local civil time: a date as in [`parse_date`], a space or `T`, and `9:00`, `09:00:00` or `09:00:00.0`.
///
/// A date alone is its midnight.
///
/// # Errors
/// [`CellError`] for anything else; offsets and `Z` are refused because all times are local.
pub fn parse_timestamp(text: &str) -> Result<NaiveDateTime, CellError> {
    if let Some(time) = plain_timestamp(text.as_bytes()) {
        return Ok(time);
    }
    let wide = to_ascii(text);
    let text = wide.trim();
    let Some(at) = text.find([' ', 'T']) else { return Ok(date_of(text)?.and_time(NaiveTime::MIN)) };
    let date = date_of(&text[..at])?;
    let time = text[at + 1..].trim_start();
    if time.ends_with(['Z', 'z']) || time.contains('+') || time.contains('-') {
        return Err(CellError::new(
            format!("`{text}` carries an offset from UTC"),
            "write local civil time without offset, such as 2024-03-01 09:00:00",
        ));
    }
    Ok(date.and_time(
        time_of(time).map_err(|error| CellError::new(format!("`{text}` is not a date and time: {}", error.message), HOW_TIME))?,
    ))
}

/// The commonest form, `2024-03-01 09:00:00` with a space or `T`, read without the detours of the others.
fn plain_timestamp(text: &[u8]) -> Option<NaiveDateTime> {
    let pattern = text.len() == 19 && [4, 7].iter().all(|&at| text[at] == b'-') && [13, 16].iter().all(|&at| text[at] == b':');
    if !pattern || !matches!(text[10], b' ' | b'T') {
        return None;
    }
    let number = |from: usize, to: usize| {
        text[from..to].iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| 10 * number + u32::from(digit - b'0')))
    };
    let year = number(0, 4).filter(|year| (1900..=2200).contains(year))?;
    NaiveDate::from_ymd_opt(year as i32, number(5, 7)?, number(8, 10)?)?.and_hms_opt(
        number(11, 13)?,
        number(14, 16)?,
        number(17, 19)?,
    )
}

/// Minutes after midnight of `9:00`, `09:00` or `09:00:00`; `24:00` is 1440.
///
/// # Errors
/// [`CellError`] for anything else, seconds other than 0 among it.
pub fn parse_time_of_day(text: &str) -> Result<u32, CellError> {
    use chrono::Timelike;
    let wide = to_ascii(text);
    let text = wide.trim();
    if matches!(text, "24:00" | "24:00:00") {
        return Ok(24 * 60);
    }
    let time = time_of(text).map_err(|error| CellError::new(error.message, "write it as 09:00"))?;
    if time.second() != 0 || time.nanosecond() != 0 {
        return Err(CellError::new(format!("`{text}` is not a whole minute"), "write it as 09:00"));
    }
    Ok(time.hour() * 60 + time.minute())
}

/// Full-width digits and marks as ASCII, the Chinese date signs as `-`.
fn to_ascii(text: &str) -> String {
    text.chars()
        .filter(|letter| *letter != '日')
        .map(|letter| match letter {
            '年' | '月' => '-',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
            '\u{3000}' | '\u{a0}' => ' ',
            _ => letter,
        })
        .collect()
}

fn is_midnight(time: &str) -> bool {
    time_of(time.trim()) == Ok(NaiveTime::MIN)
}

fn date_of(text: &str) -> Result<NaiveDate, CellError> {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|part| whole(part, 4)).collect();
    match (numbers.as_deref(), parts.as_slice()) {
        (Some(&[year, month, day]), [four, _, _]) if four.len() == 4 => civil(text, year, month, day),
        (Some(&[first, second, year]), [_, _, four]) if four.len() == 4 => Err(day_or_month(text, first, second, year)),
        (Some(&[_, _, _]), _) => Err(CellError::new(format!("`{text}` has no year of four digits"), HOW_DATE)),
        _ if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let part = |from: usize, to: usize| whole(&text[from..to], 4).unwrap_or(0);
            civil(text, part(0, 4), part(4, 6), part(6, 8))
        }
        _ if text.parse::<f64>().is_ok_and(|serial| (20_000.0..80_000.0).contains(&serial)) => Err(CellError::new(
            format!("`{text}` is a spreadsheet's day number, not a date"),
            "format the column as yyyy-mm-dd hh:mm before saving it as CSV",
        )),
        _ => Err(CellError::new(format!("`{text}` is not a date"), HOW_DATE)),
    }
}

fn civil(text: &str, year: u32, month: u32, day: u32) -> Result<NaiveDate, CellError> {
    if !(1900..=2200).contains(&year) {
        return Err(CellError::new(format!("`{text}` lies outside the years 1900 to 2200"), HOW_DATE));
    }
    NaiveDate::from_ymd_opt(year as i32, month, day)
        .ok_or_else(|| CellError::new(format!("`{text}` is no day of the calendar: month {month}, day {day}"), HOW_DATE))
}

/// The refusal of `03/01/2024`, which names both days it can mean.
fn day_or_month(text: &str, first: u32, second: u32, year: u32) -> CellError {
    let day_first = NaiveDate::from_ymd_opt(year as i32, second, first);
    let month_first = NaiveDate::from_ymd_opt(year as i32, first, second);
    let hint = match (day_first, month_first) {
        (Some(one), Some(other)) if one != other => format!("write {one} or {other}, whichever is meant"),
        (Some(date), _) | (None, Some(date)) => format!("write {date}"),
        (None, None) => HOW_DATE.to_owned(),
    };
    CellError::new(format!("`{text}` does not say which number is the month"), hint)
}

fn time_of(text: &str) -> Result<NaiveTime, CellError> {
    let refuse = || CellError::new(format!("`{text}` is not a time of day"), "write it as 09:00, on the 24-hour clock");
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let nanoseconds = whole(fraction, 9).ok_or_else(refuse)? * 10u32.pow(9 - fraction.len() as u32);
    let parts: Option<Vec<u32>> = clock.split(':').map(|part| whole(part, 2)).collect();
    match parts.as_deref() {
        Some(&[hour, minute]) => NaiveTime::from_hms_nano_opt(hour, minute, 0, nanoseconds),
        Some(&[hour, minute, second]) => NaiveTime::from_hms_nano_opt(hour, minute, second, nanoseconds),
        _ => None,
    }
    .ok_or_else(refuse)
}

/// A number of one to `digits` ASCII digits.
fn whole(text: &str, digits: usize) -> Option<u32> {
    let fits = (1..=digits).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_like_forms_mean_one_moment() {
        let nine = NaiveDate::from_ymd_opt(2024, 3, 1).unwrap().and_hms_opt(9, 0, 0).unwrap();
        let forms = [
            "2024-03-01 09:00",
            "2024-03-01 09:00:00",
            "2024-03-01T09:00",
            "2024/3/1 9:00",
            "2024.3.1 9:00:00.000",
            " 2024-03-01  09:00 ",
            "20240301 09:00",
            "2024年3月1日 9:00",
            "２０２４-03-01 09：00",
        ];
        for form in forms {
            assert_eq!(parse_timestamp(form), Ok(nine), "{form}");
        }
        assert_eq!(parse_timestamp("2024-03-01").unwrap(), nine.date().and_time(NaiveTime::MIN));
        assert_eq!(parse_date("2024-03-01 00:00:00").unwrap(), nine.date());
    }

    #[test]
    fn a_date_that_can_mean_two_days_is_refused_with_both() {
        let error = parse_timestamp("03/01/2024 09:00").unwrap_err();
        assert_eq!(error.hint, "write 2024-01-03 or 2024-03-01, whichever is meant");
        assert_eq!(parse_date("25.12.2024").unwrap_err().hint, "write 2024-12-25");
    }

    #[test]
    fn what_is_no_local_time_is_refused() {
        for text in [
            "",
            "soon",
            "2024-02-30",
            "2024-03-01 25:00",
            "2024-03-01T09:00Z",
            "2024-03-01 09:00+01:00",
            "45352.375",
            "24-3-1",
            "0024-03-01",
            "2024-03-01 9:00 pm",
            "9999999-1-1",
        ] {
            assert!(parse_timestamp(text).is_err(), "{text}");
        }
        assert!(parse_date("2024-03-01 09:00").is_err());
    }

    #[test]
    fn times_of_day_reach_to_24_o_clock() {
        assert_eq!(parse_time_of_day("9:05"), Ok(545));
        assert_eq!(parse_time_of_day("24:00"), Ok(1440));
        assert!(parse_time_of_day("24:15").is_err());
        assert!(parse_time_of_day("09:00:30").is_err());
    }
}
