//! The page around reports for finance: head, style, contents.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::page::{PATTERNS, STYLE};
use super::words::Language;

/// A page: name and note at the top, the sheet up front, then sections by id and name.
pub struct Shell<'a> {
    /// Name of the centre.
    pub name: &'a str,
    /// What it is about and of when.
    pub note: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// What the meeting sees first: one printed page.
    pub front: Markup,
    /// Id, name and content of the rest.
    pub sections: Vec<(&'static str, &'static str, Markup)>,
}

impl Shell<'_> {
    /// The whole page.
    pub fn markup(&self, language: Language) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="generator" content={ "shiftcast " (self.version) };
                    title { (self.name) " · " (self.note) }
                    style { (PreEscaped(STYLE)) (PreEscaped(FINANCE)) }
                }
                body {
                    (PreEscaped(PATTERNS))
                    header.top {
                        p.place { b { (self.name) } " " span { (self.note) } }
                        nav aria-label=(language.say("Contents", "目录")) {
                            @for (id, name, _) in &self.sections { a href={ "#" (id) } { (name) } }
                        }
                    }
                    main {
                        section #headline { (self.front) }
                        @for (id, name, body) in &self.sections {
                            section id=(id) { h2 { (name) } (body) }
                        }
                    }
                }
            }
        }
    }
}

/// Marks that only these pages have.
const FINANCE: &str = include_str!("finance.css");
