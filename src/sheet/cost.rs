//! The cost of a roster as a workbook: every total a formula over the lines, the stored results the program's.
//!
//! Sheets: summary, monthly, by pay class, assumptions, sources, and the lines that all totals are taken from.

use rust_xlsxwriter::{Chart, ChartType, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use scenarios::cost::{Amounts, BreakdownRow, Dimension, Statement, Variance, VarianceRow};
use solver_data::{Centre, FinanceTerms, Money};

use super::style::{Style, write_date, write_formula};
use crate::report::{Language, ReportMeta, cost_rates};

/// Columns of a breakdown after its key: hours, six kinds of cost, the total.
const COLUMNS: usize = 8;

/// The workbook of a statement as the bytes of an `.xlsx` file.
///
/// # Errors
/// [`XlsxError`] when the workbook cannot be laid out, which no statement causes.
pub fn cost_workbook(
    centre: &Centre,
    terms: &FinanceTerms,
    statement: &Statement,
    (variance, meta): (Option<&Variance>, &ReportMeta),
    language: Language,
) -> Result<Vec<u8>, XlsxError> {
    let book = Ledger { centre, terms, statement, variance, meta, language, names: names(language), style: Style::of(centre) };
    let mut file = Workbook::new();
    let classes = statement.by(centre, Dimension::Class).rows.len();
    book.summary(file.add_worksheet(), classes)?;
    book.monthly(file.add_worksheet())?;
    book.classes(file.add_worksheet())?;
    book.assumptions(file.add_worksheet())?;
    book.sources(file.add_worksheet())?;
    book.lines(file.add_worksheet())?;
    file.save_to_buffer()
}

/// Names of the sheets.
fn names(language: Language) -> [&'static str; 6] {
    language.say(
        ["Summary", "Monthly", "Pay classes", "Assumptions", "Sources", "Lines"],
        ["汇总", "月度", "薪资类别", "假设", "来源", "明细"],
    )
}

struct Ledger<'a> {
    centre: &'a Centre,
    terms: &'a FinanceTerms,
    statement: &'a Statement,
    variance: Option<&'a Variance>,
    meta: &'a ReportMeta,
    language: Language,
    names: [&'static str; 6],
    style: Style,
}

impl Ledger<'_> {
    fn units(&self, money: Money) -> f64 {
        money.0 as f64 / 10_f64.powi(self.centre.currency.minor_digits as i32)
    }

    /// An amount as a stored result: exact to the currency's digits.
    fn told(&self, money: Money) -> String {
        format!("{:.*}", self.centre.currency.minor_digits as usize, self.units(money))
    }

    fn kinds(&self) -> [&'static str; COLUMNS] {
        self.language.say(
            ["paid hours", "base pay", "premiums", "variable pay", "on-costs", "outsourced", "abandoned", "total"],
            ["付薪小时", "基本工资", "津贴", "浮动工资", "附加成本", "外包", "放弃", "合计"],
        )
    }

    fn open(&self, sheet: &mut Worksheet, place: usize, title: &str) -> Result<(), XlsxError> {
        sheet.set_name(self.names[place])?.set_landscape().set_print_fit_to_pages(1, 0);
        sheet.write_with_format(0, 0, title, &self.style.title)?;
        let note = format!("{} · {} · {}", self.centre.name, self.meta.generated_for, self.centre.currency.code);
        sheet.write(1, 0, note)?;
        sheet.set_column_width(0, 30)?;
        for column in 1..=COLUMNS as u16 {
            sheet.set_column_width(column, 14)?;
        }
        Ok(())
    }

    fn heads(&self, sheet: &mut Worksheet, row: u32, heads: &[&str]) -> Result<(), XlsxError> {
        for (column, head) in (0..).zip(heads) {
            sheet.write_with_format(row, column, *head, &self.style.head)?;
        }
        Ok(())
    }

    /// Rows of the lines' sheet, from the second on.
    fn count(&self) -> usize {
        self.statement.lines.len() + self.statement.outsourced.len() + self.statement.penalties.len()
    }

    /// A column of the lines, whole.
    fn column(&self, letter: char) -> String {
        format!("'{}'!${letter}$2:${letter}${}", self.names[5], self.count().max(1) + 1)
    }

    /// A table by a key that stands in a column of the lines: each cell sums them, the last row sums the table.
    fn table(
        &self,
        sheet: &mut Worksheet,
        top: u32,
        (letter, rows): (char, &[BreakdownRow]),
        head: &str,
    ) -> Result<(), XlsxError> {
        let mut heads = vec![head];
        heads.extend(self.kinds());
        self.heads(sheet, top, &heads)?;
        let mut sum = Amounts::default();
        for (place, own) in rows.iter().enumerate() {
            let row = top + 1 + place as u32;
            // Days and months are dates, or a spreadsheet would compare text with numbers.
            match letter {
                'A' => write_date(sheet, (row, 0), &format!("{}-01", own.key), &self.style.month)?,
                'B' => write_date(sheet, (row, 0), &own.key, &self.style.day)?,
                _ => sheet.write(row, 0, &own.key).map(|_| ())?,
            }
            for (k, result) in self.results(&own.amounts).iter().enumerate() {
                let column = (k + 1) as u16;
                let format = if k == 0 { &self.style.hours } else { &self.style.money };
                let formula = if k + 1 == COLUMNS {
                    format!("=SUM(C{0}:H{0})", row + 1)
                } else {
                    let values = self.column(char::from(b'G' + k as u8));
                    format!("=SUMIFS({values},{},$A{})", self.column(letter), row + 1)
                };
                write_formula(sheet, (row, column), (&formula, result), format)?;
            }
            sum.add(&own.amounts);
        }
        let row = top + 1 + rows.len() as u32;
        sheet.write_with_format(row, 0, self.language.say("total", "合计"), &self.style.total_text)?;
        for (k, result) in self.results(&sum).iter().enumerate() {
            let letter = char::from(b'B' + k as u8);
            let formula = format!("=SUM({letter}{}:{letter}{})", top + 2, row);
            let format = if k == 0 { &self.style.total_hours } else { &self.style.total_money };
            write_formula(sheet, (row, (k + 1) as u16), (&formula, result), format)?;
        }
        Ok(())
    }

    fn results(&self, own: &Amounts) -> [String; COLUMNS] {
        let [base, premium, variable, on_cost, outsourced, penalty, total] =
            [own.base, own.premium, own.variable, own.on_cost, own.outsourced, own.penalty, own.total()]
                .map(|money| self.told(money));
        [format!("{}", own.paid_hours), base, premium, variable, on_cost, outsourced, penalty, total]
    }

    fn stacked(&self, place: usize, (first, last): (u32, u32), title: &str) -> Chart {
        let mut chart = Chart::new(ChartType::ColumnStacked);
        let sheet = self.names[place];
        for (k, (kind, colour)) in self.kinds()[1..COLUMNS - 1].iter().zip(COLOURS).enumerate() {
            let column = (k + 2) as u16;
            chart
                .add_series()
                .set_name(*kind)
                .set_categories((sheet, first, 0, last, 0))
                .set_values((sheet, first, column, last, column))
                .set_format(
                    rust_xlsxwriter::ChartFormat::new().set_solid_fill(rust_xlsxwriter::ChartSolidFill::new().set_color(colour)),
                );
        }
        chart.title().set_name(title);
        chart.y_axis().set_name(self.centre.currency.code.as_str()).set_num_format("#,##0");
        chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
        chart.set_width(900).set_height(360);
        chart
    }

    fn monthly(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.open(sheet, 1, self.language.say("Cost by month and day", "月度与每日成本"))?;
        let months = self.statement.by(self.centre, Dimension::Month).rows;
        self.table(sheet, 3, ('A', &months), self.language.say("month", "月份"))?;
        let days = self.statement.by(self.centre, Dimension::Day).rows;
        let top = 3 + months.len() as u32 + 4;
        self.table(sheet, top, ('B', &days), self.language.say("day", "日期"))?;
        if !days.is_empty() {
            let chart = self.stacked(1, (top + 1, top + days.len() as u32), self.language.say("Cost by day", "每日成本"));
            sheet.insert_chart(3, 10, &chart)?;
        }
        Ok(())
    }

    fn classes(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.open(sheet, 2, self.language.say("Cost by pay class", "各薪资类别成本"))?;
        let rows = self.statement.by(self.centre, Dimension::Class).rows;
        self.table(sheet, 3, ('F', &rows), self.language.say("class", "类别"))?;
        sheet.write_with_format(3, 9, self.language.say("share", "占比"), &self.style.head)?;
        let total = self.statement.total();
        let last = 3 + rows.len() as u32;
        for (place, own) in rows.iter().enumerate() {
            let row = 4 + place as u32;
            let share = if total.0 == 0 { 0.0 } else { own.amounts.total().0 as f64 / total.0 as f64 };
            let formula = format!("=IF($I${0}=0,0,I{1}/$I${0})", last + 2, row + 1);
            write_formula(sheet, (row, 9), (&formula, &share.to_string()), &self.style.share)?;
        }
        if !rows.is_empty() {
            sheet.insert_chart(
                last + 4,
                0,
                &self.stacked(2, (4, last), self.language.say("Cost by pay class", "各薪资类别成本")),
            )?;
        }
        Ok(())
    }

    fn summary(&self, sheet: &mut Worksheet, classes: usize) -> Result<(), XlsxError> {
        let say = |english: &'static str, chinese: &'static str| self.language.say(english, chinese);
        self.open(sheet, 0, say("Cost of the roster", "排班成本"))?;
        let total_row = 3 + classes as u32 + 2;
        let sum = self.statement.by(self.centre, Dimension::Class).sum();
        let beyond = sum.pay() - self.statement.rostered_total();
        let classes_cell = |letter: char| format!("='{}'!{letter}{total_row}", self.names[2]);
        let contacts: f64 = self.statement.contacts.iter().map(|own| own.0).sum();
        sheet.write(3, 0, say("total", "合计"))?;
        write_formula(sheet, (3, 1), (&classes_cell('I'), &self.told(self.statement.total())), &self.style.total_money)?;
        sheet.write(4, 0, say("paid hours", "付薪小时"))?;
        write_formula(sheet, (4, 1), (&classes_cell('B'), &sum.paid_hours.to_string()), &self.style.hours)?;
        sheet.write(5, 0, say("contacts expected", "预计联络量"))?;
        sheet.write_with_format(5, 1, contacts, &self.style.hours)?;
        sheet.write(6, 0, say("cost a contact", "单次联络成本"))?;
        let each = if contacts > 0.0 { self.units(self.statement.total()) / contacts } else { 0.0 };
        write_formula(sheet, (6, 1), ("=IF(B6=0,0,B4/B6)", &each.to_string()), &self.style.money)?;
        sheet.write(8, 0, say("the roster's cost.csv", "排班 cost.csv"))?;
        sheet.write_with_format(8, 1, self.units(self.statement.rostered.total()), &self.style.money)?;
        sheet.write(9, 0, say("overtime rates and variable pay on top", "加班费率与浮动工资"))?;
        sheet.write_with_format(9, 1, self.units(beyond), &self.style.money)?;
        sheet.write(10, 0, say("outsourced", "外包"))?;
        write_formula(sheet, (10, 1), (&classes_cell('G'), &self.told(sum.outsourced)), &self.style.money)?;
        sheet.write(11, 0, say("abandoned contacts", "放弃联络"))?;
        write_formula(sheet, (11, 1), (&classes_cell('H'), &self.told(sum.penalty)), &self.style.money)?;
        sheet.write(12, 0, say("difference to the total (0)", "与合计之差（应为 0）"))?;
        write_formula(sheet, (12, 1), ("=ROUND(B4-SUM(B9:B12),4)", "0"), &self.style.money)?;
        let next = self.queues(sheet, 15)?;
        match self.variance {
            Some(variance) => self.variance(sheet, next + 2, variance),
            None => Ok(()),
        }
    }

    /// The queues from a row on; returns the row after them.
    fn queues(&self, sheet: &mut Worksheet, top: u32) -> Result<u32, XlsxError> {
        let heads = self.language.say(
            ["queue", "contacts", "handle time, s", "paid hours", "pay", "outsourced", "abandoned", "total", "a contact"],
            ["队列", "联络量", "处理时长（秒）", "付薪小时", "薪资", "外包", "放弃", "合计", "单次"],
        );
        self.heads(sheet, top, &heads)?;
        let figures = self.statement.figures(self.centre);
        for (place, own) in figures.iter().enumerate() {
            let row = top + 1 + place as u32;
            sheet.write(row, 0, &own.queue)?;
            sheet.write_with_format(row, 1, own.volume, &self.style.hours)?;
            sheet.write_with_format(row, 2, own.aht_seconds, &self.style.hours)?;
            sheet.write_with_format(row, 3, own.paid_hours, &self.style.hours)?;
            for (column, money) in (4..).zip([own.amount, own.outsourced, own.penalty]) {
                sheet.write_with_format(row, column, self.units(money), &self.style.money)?;
            }
            write_formula(sheet, (row, 7), (&format!("=SUM(E{0}:G{0})", row + 1), &self.told(own.total())), &self.style.money)?;
            let each = if own.volume > 0.0 { self.units(own.total()) / own.volume } else { 0.0 };
            write_formula(sheet, (row, 8), (&format!("=IF(B{0}=0,0,H{0}/B{0})", row + 1), &each.to_string()), &self.style.money)?;
        }
        let row = top + 1 + figures.len() as u32;
        sheet.write_with_format(row, 0, self.language.say("total", "合计"), &self.style.total_text)?;
        let total = |money: fn(&scenarios::cost::QueueFigures) -> Money| self.told(figures.iter().map(money).sum());
        let sums = [
            (1, figures.iter().map(|own| own.volume).sum::<f64>().to_string()),
            (3, figures.iter().map(|own| own.paid_hours).sum::<f64>().to_string()),
            (4, total(|own| own.amount)),
            (5, total(|own| own.outsourced)),
            (6, total(|own| own.penalty)),
            (7, total(scenarios::cost::QueueFigures::total)),
        ];
        for (column, result) in sums {
            let letter = char::from(b'A' + column as u8);
            let format = if column < 4 { &self.style.total_hours } else { &self.style.total_money };
            write_formula(sheet, (row, column), (&format!("=SUM({letter}{}:{letter}{row})", top + 2), &result), format)?;
        }
        Ok(row + 1)
    }

    fn variance(&self, sheet: &mut Worksheet, top: u32, variance: &Variance) -> Result<(), XlsxError> {
        let heads = self.language.say(
            [
                "budget against plan",
                "budget",
                "volume",
                "mix",
                "handle time",
                "efficiency",
                "rate",
                "outsourced",
                "abandoned",
                "plan",
                "difference",
                "unexplained (0)",
            ],
            [
                "预算与计划",
                "预算",
                "业务量",
                "结构",
                "处理时长",
                "效率",
                "费率",
                "外包",
                "放弃",
                "计划",
                "差额",
                "未解释（应为 0）",
            ],
        );
        self.heads(sheet, top, &heads)?;
        let rows: Vec<&VarianceRow> = variance.queues.iter().collect();
        for (place, own) in rows.iter().enumerate() {
            let row = top + 1 + place as u32;
            sheet.write(row, 0, &own.queue)?;
            let mut amounts = vec![own.budget];
            amounts.extend(own.parts().map(|part| part.1));
            amounts.push(own.plan);
            for (column, money) in (1..).zip(amounts) {
                sheet.write_with_format(row, column, self.units(money), &self.style.money)?;
            }
            self.differences(sheet, row, own, &self.style.money)?;
        }
        let row = top + 1 + rows.len() as u32;
        sheet.write_with_format(row, 0, self.language.say("total", "合计"), &self.style.total_text)?;
        let mut amounts = vec![variance.total.budget];
        amounts.extend(variance.total.parts().map(|part| part.1));
        amounts.push(variance.total.plan);
        for (column, money) in (1_u16..).zip(amounts) {
            let letter = char::from(b'A' + column as u8);
            let formula = format!("=SUM({letter}{}:{letter}{row})", top + 2);
            write_formula(sheet, (row, column), (&formula, &self.told(money)), &self.style.total_money)?;
        }
        self.differences(sheet, row, &variance.total, &self.style.total_money)?;
        let mut chart = Chart::new(ChartType::Column);
        chart
            .add_series()
            .set_name(self.language.say("plan less budget", "计划减预算"))
            .set_categories((self.names[0], top, 2, top, 8))
            .set_values((self.names[0], row, 2, row, 8));
        chart.title().set_name(self.language.say("Why the plan differs from the budget", "计划与预算差异原因"));
        chart.y_axis().set_name(self.centre.currency.code.as_str()).set_num_format("#,##0");
        chart.legend().set_hidden();
        chart.set_width(900).set_height(320);
        sheet.insert_chart(row + 2, 0, &chart)?;
        Ok(())
    }

    fn differences(&self, sheet: &mut Worksheet, row: u32, own: &VarianceRow, format: &Format) -> Result<(), XlsxError> {
        let line = row + 1;
        write_formula(sheet, (row, 10), (&format!("=J{line}-B{line}"), &self.told(own.total())), format)?;
        write_formula(sheet, (row, 11), (&format!("=ROUND(K{line}-SUM(C{line}:I{line}),4)"), "0"), format)
    }

    fn assumptions(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.open(sheet, 3, self.language.say("Assumptions", "假设"))?;
        sheet.set_column_width(0, 48)?.set_column_width(1, 22)?;
        let right = Format::new().set_align(FormatAlign::Right);
        for (row, (name, value)) in (3..).zip(cost_rates(self.centre, self.terms, self.language)) {
            sheet.write(row, 0, name)?;
            sheet.write_with_format(row, 1, value, &right)?;
        }
        Ok(())
    }

    fn sources(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        self.open(sheet, 4, self.language.say("Sources", "来源"))?;
        sheet.set_column_width(1, 70)?;
        let say = |english: &str, chinese: &str| self.language.say(english.to_owned(), chinese.to_owned());
        let mut rows = vec![
            (say("program", "程序"), format!("shiftcast {}", self.meta.version)),
            (say("seed", "随机种子"), self.meta.seed.to_string()),
            (say("roster", "排班"), self.meta.stop.clone()),
            (
                say("a line", "明细行"),
                say(
                    "paid hours × base pay × (1 + highest premium) × (1 + on-costs), rounded to the minor unit",
                    "付薪小时 × 基本时薪 ×（1 + 最高津贴）×（1 + 附加成本），舍入到最小货币单位",
                ),
            ),
            (
                say("queues", "队列"),
                say("pay by the contacts expected while an agent is on contact", "薪资按座席在线期间预计工作量分摊"),
            ),
            (say("abandoned contacts", "放弃联络"), say("simulated, a mean over the replications", "仿真结果，对重复次数取平均")),
        ];
        rows.extend(self.meta.inputs.iter().map(|(file, hash)| (file.clone(), format!("SHA-256 {hash}"))));
        for (row, (name, value)) in (3..).zip(rows) {
            sheet.write(row, 0, name)?;
            sheet.write(row, 1, value)?;
        }
        Ok(())
    }

    fn lines(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        sheet.set_name(self.names[5])?;
        let mut heads = self
            .language
            .say(["month", "day", "agent", "team", "level", "class"], ["月份", "日期", "座席", "班组", "级别", "类别"])
            .to_vec();
        heads.extend(self.kinds());
        self.heads(sheet, 0, &heads)?;
        let mut row = 1;
        for own in &self.statement.lines {
            let agent = &self.centre.agents[own.agent];
            let level = &self.centre.levels[agent.level].name;
            let texts = [agent.code.as_str(), &self.statement.teams[usize::from(own.agent)], level, &own.class.name()];
            let amounts = [own.base, own.premium, own.variable, own.on_cost, Money(0), Money(0)];
            self.line(sheet, row, (own.date, texts), (Some(own.minutes), amounts))?;
            row += 1;
        }
        let queue = |id| self.centre.queues[id].name.as_str();
        for own in &self.statement.outsourced {
            let amounts = [Money(0), Money(0), Money(0), Money(0), own.amount, Money(0)];
            self.line(sheet, row, (own.date, ["", "", queue(own.queue), "outsourced"]), (None, amounts))?;
            row += 1;
        }
        for own in &self.statement.penalties {
            let amounts = [Money(0), Money(0), Money(0), Money(0), Money(0), own.amount];
            self.line(sheet, row, (own.date, ["", "", queue(own.queue), "abandoned"]), (None, amounts))?;
            row += 1;
        }
        sheet.set_freeze_panes(1, 0)?.autofilter(0, 0, row.max(2) - 1, 13)?;
        sheet.set_column_width(1, 12)?;
        Ok(())
    }

    fn line(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        (date, texts): (chrono::NaiveDate, [&str; 4]),
        (minutes, amounts): (Option<u32>, [Money; 6]),
    ) -> Result<(), XlsxError> {
        write_date(sheet, (row, 0), &date.format("%Y-%m-01").to_string(), &self.style.month)?;
        write_date(sheet, (row, 1), &date.to_string(), &self.style.day)?;
        for (column, text) in (2..).zip(texts) {
            sheet.write(row, column, text)?;
        }
        if let Some(minutes) = minutes {
            sheet.write_with_format(row, 6, f64::from(minutes) / 60.0, &self.style.hours)?;
        }
        for (column, money) in (7..).zip(amounts) {
            sheet.write_with_format(row, column, self.units(money), &self.style.money)?;
        }
        let total = amounts.into_iter().sum();
        write_formula(sheet, (row, 13), (&format!("=SUM(H{0}:M{0})", row + 1), &self.told(total)), &self.style.money)
    }
}

/// Colours of the kinds of cost, as in the report.
const COLOURS: [u32; 6] = [0x00CC_79A7, 0x008A_3F6A, 0x00E9_BFD5, 0x00A9_9AA3, 0x0056_B4E9, 0x00D5_5E00];
