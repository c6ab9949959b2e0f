//! A table of the file: keys are asked for by name, what nobody asked for is a misspelling.

use std::cell::RefCell;
use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::{Document, Place};
use super::entry::Entry;
use crate::io::spelling::suggest;

/// A table under reading; [`Section::close`] reports the keys that nobody asked for.
#[derive(Debug)]
pub(super) struct Section<'d> {
    pub(super) document: &'d Document,
    /// Where the table stands.
    pub(super) place: Place,
    /// `None` for a table that is missing and was reported: its keys are not reported again.
    table: Option<&'d DeTable<'d>>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'d> Section<'d> {
    /// The table at a place.
    pub(super) fn new(document: &'d Document, place: Place, table: &'d DeTable<'d>) -> Self {
        Self { document, place, table: Some(table), asked: RefCell::default() }
    }

    /// A table that is not there.
    fn missing(document: &'d Document, place: Place) -> Self {
        Self { document, place, table: None, asked: RefCell::default() }
    }

    /// The whole file.
    pub(super) fn root(document: &'d Document, file: &'d Spanned<DeTable<'d>>) -> Self {
        Self::new(document, Place::default(), file.get_ref())
    }

    /// The value of a key, if the key is there.
    pub(super) fn optional(&self, key: &'static str) -> Option<Entry<'d>> {
        self.asked.borrow_mut().push(key);
        self.table?
            .iter()
            .find(|(name, _)| name.get_ref() == key)
            .map(|(_, value)| Entry::new(self.document, self.place.child(path_name(key), value.span()), value.get_ref()))
    }

    /// The value of a key that must be there; `example` shows how to write it.
    pub(super) fn required(&self, key: &'static str, example: &str) -> Option<Entry<'d>> {
        let entry = self.optional(key);
        if entry.is_none() && self.table.is_some() {
            let place = self.place.child(path_name(key), self.place.span.clone());
            self.document.error(&place, format!("`{key}` is missing"), format!("write `{example}`"));
        }
        entry
    }

    /// Whether the table itself is there.
    pub(super) fn is_there(&self) -> bool {
        self.table.is_some()
    }

    /// Whether the key is there; asking makes it a known one.
    pub(super) fn has(&self, key: &'static str) -> bool {
        self.optional(key).is_some()
    }

    /// The table of a key that must be there.
    pub(super) fn required_section(&self, key: &'static str, example: &str) -> Section<'d> {
        let section = self.required(key, example).and_then(Entry::section);
        section.unwrap_or_else(|| Section::missing(self.document, self.place.clone()))
    }

    /// The tables `[[key]]` of which there must be one at least.
    pub(super) fn required_sections(&self, key: &'static str, example: &str) -> Vec<Section<'d>> {
        let Some(entry) = self.required(key, example) else { return Vec::new() };
        let Some(entries) = entry.list(&format!("write each under a heading of its own, [[{key}]]")) else { return Vec::new() };
        if entries.is_empty() {
            entry.refuse::<()>(format!("there is no {key}"), format!("write `{example}`"));
        }
        entries.into_iter().filter_map(Entry::section).collect()
    }

    /// Every key with its value, in file order; for tables whose keys are free.
    pub(super) fn entries(&self) -> Vec<(&'d str, Place, Entry<'d>)> {
        let mut entries: Vec<_> = self
            .table
            .into_iter()
            .flat_map(|table| table.iter())
            .map(|(key, value): (&'d Spanned<_>, &'d Spanned<DeValue<'d>>)| {
                let name: &'d str = key.get_ref();
                let entry = Entry::new(self.document, self.place.child(name, value.span()), value.get_ref());
                (name, self.place.child(name, key.span()), entry)
            })
            .collect();
        entries.sort_by_key(|(_, place, _)| place.span.start);
        entries
    }

    /// Reports every key that was never asked for.
    pub(super) fn close(self) {
        let asked = self.asked.borrow();
        for (key, place, _) in self.entries() {
            if !asked.contains(&key) {
                let known: BTreeSet<&str> = asked.iter().copied().collect();
                let hint = suggest(key, known);
                self.document.error(&place, format!("`{key}` is not known here"), hint);
            }
        }
    }
}

/// Lists are named by their plural in paths: `queues[2]`.
fn path_name(key: &str) -> &str {
    match key {
        "queue" => "queues",
        "level" => "levels",
        "contract" => "contracts",
        "shift" => "shifts",
        other => other,
    }
}
