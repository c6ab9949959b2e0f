//! Formats of a workbook's cells, and cells with stored results.

use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Worksheet, XlsxError};
use solver_data::Centre;

/// Formats of cells.
pub(super) struct Style {
    pub title: Format,
    pub head: Format,
    pub day: Format,
    pub month: Format,
    pub money: Format,
    pub hours: Format,
    pub share: Format,
    pub total_text: Format,
    pub total_money: Format,
    pub total_hours: Format,
}

impl Style {
    /// The formats in a centre's currency.
    pub fn of(centre: &Centre) -> Self {
        let decimals = match centre.currency.minor_digits {
            0 => String::new(),
            digits => format!(".{}", "0".repeat(digits as usize)),
        };
        let money = format!("#,##0{decimals};[Red]-#,##0{decimals};\"-\"");
        let total = || Format::new().set_bold().set_border_top(FormatBorder::Thin).set_border_bottom(FormatBorder::Double);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            head: Format::new().set_bold().set_border_bottom(FormatBorder::Thin).set_align(FormatAlign::Right).set_text_wrap(),
            day: Format::new().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            month: Format::new().set_num_format("yyyy-mm").set_align(FormatAlign::Left),
            money: Format::new().set_num_format(&money),
            hours: Format::new().set_num_format("#,##0.0"),
            share: Format::new().set_num_format("0.0%"),
            total_text: total(),
            total_money: total().set_num_format(&money),
            total_hours: total().set_num_format("#,##0.0"),
        }
    }
}

/// A formula with its stored result.
pub(super) fn write_formula(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (formula, result): (&str, &str),
    format: &Format,
) -> Result<(), XlsxError> {
    sheet.write_formula_with_format(row, column, Formula::new(formula).set_result(result), format)?;
    Ok(())
}

/// A date such as `1999-10-24`.
pub(super) fn write_date(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str, format: &Format) -> Result<(), XlsxError> {
    sheet.write_datetime_with_format(row, column, ExcelDateTime::parse_from_str(text)?, format)?;
    Ok(())
}
