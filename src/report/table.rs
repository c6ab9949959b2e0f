//! Tables: a caption, headers with scope, numbers to the right.

use maud::{Markup, html};

/// A table while it is filled; the first column names the row.
#[derive(Debug, Clone, Default)]
pub struct Table {
    caption: String,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    total: Option<Vec<String>>,
    text_columns: Vec<usize>,
}

impl Table {
    /// An empty table.
    pub fn new(caption: impl Into<String>, head: &[&str]) -> Self {
        Self { caption: caption.into(), head: head.iter().map(|&name| name.to_owned()).collect(), ..Self::default() }
    }

    /// The same table with these columns set as text, not as numbers.
    #[must_use]
    pub fn with_text(mut self, columns: &[usize]) -> Self {
        self.text_columns = columns.to_vec();
        self
    }

    /// Adds a row; one cell a column.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Sets the row of totals.
    pub fn total(&mut self, cells: Vec<String>) {
        self.total = Some(cells);
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table in a box that scrolls when it is wider than the page.
    pub fn markup(&self) -> Markup {
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                table {
                    caption { (self.caption) }
                    thead { tr { @for (column, name) in self.head.iter().enumerate() {
                        th scope="col" class=[self.class(column)] { (name) }
                    } } }
                    tbody { @for row in &self.rows { tr { (self.cells(row)) } } }
                    @if let Some(total) = &self.total { tfoot { tr { (self.cells(total)) } } }
                }
            }
        }
    }

    fn cells(&self, row: &[String]) -> Markup {
        html! {
            @for (column, cell) in row.iter().enumerate() {
                @if column == 0 { th scope="row" { (cell) } } @else { td class=[self.class(column)] { (cell) } }
            }
        }
    }

    fn class(&self, column: usize) -> Option<&'static str> {
        (column == 0 || self.text_columns.contains(&column)).then_some("t")
    }
}
