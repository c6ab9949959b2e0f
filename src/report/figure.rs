//! A figure: what it shows, what follows from it, the picture, and its data behind a fold.

use maud::{Markup, html};

use super::words::Language;

/// The frame around a chart.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What it shows.
    pub title: String,
    /// What follows from it, in a sentence.
    pub conclusion: String,
    /// The picture.
    pub picture: Markup,
    /// Its numbers.
    pub data: Markup,
}

impl Figure {
    /// The figure as a part of the page.
    pub fn markup(&self, language: Language) -> Markup {
        html! {
            figure {
                figcaption { h3 { (self.title) } p { (self.conclusion) } }
                (self.picture)
                details { summary { (language.say("Data as a table: ", "数据表：")) (self.title) } (self.data) }
            }
        }
    }
}

/// One panel of a row of small multiples.
pub fn panel(title: &str, note: &str, chart: &Markup) -> Markup {
    html! { div.panel { p.panel-title { b title=(title) { (title) } span title=(note) { (note) } } (chart) } }
}

/// Samples of the marks that a row of small multiples shares: class of the sample and its name.
pub fn key(entries: &[(&str, &str)]) -> Markup {
    html! { ul.key { @for (class, name) in entries { li { i class={ "k " (class) } {} (name) } } } }
}
