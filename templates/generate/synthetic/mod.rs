//! Synthetic centres: contacts drawn from a stated model with a fixed seed, people from a stated table.
//!
//! For queue q, day d and hour t of that day the contacts are Poisson with mean
//!
//! λ(q, d, t) = b(q) g(q)^years s(q, d) w(q, d) p(q, t) Π e(q, d) D(d)^c(q) E(q, d) G(q, d, t)
//!
//! | symbol | meaning | drawn |
//! |---|---|---|
//! | b, g | contacts of a mean day, growth a year | stated |
//! | s, w, p | season of the year, weekday, profile of the day (adds up to 1) | stated |
//! | e | holidays, promotions, launches (decaying over 72 hours), outages | stated, 5 % of noise an occurrence |
//! | D, E | level of the day: shared by all queues with weight c, and the queue's own; lognormal, AR(1) with 0.6 and 0.4 | yes |
//! | G | level of the hour: gamma with mean 1 | yes |
//!
//! Counts are therefore overdispersed: given the day's level, variance / mean = 1 + λ cv(G)², and over days more.
//! Handle times have a level, a yearly drift, a course over the day, a factor by event and noise that falls with the
//! root of the number of contacts. Of live contacts some abandon, more so in hours busier than the day's usual.

pub mod course;
pub mod ecommerce;
pub mod hotline;
pub mod people;

/// A file of a template.
pub struct TemplateFile {
    /// Folder of the template.
    pub template: &'static str,
    /// Name of the file.
    pub name: &'static str,
    /// Content.
    pub text: String,
}

/// All generated files of all templates.
pub fn files() -> Vec<TemplateFile> {
    let of = |template: &'static str, files: Vec<(&'static str, String)>| {
        files.into_iter().map(move |(name, text)| TemplateFile { template, name, text })
    };
    of("ecommerce", ecommerce::files()).chain(of("hotline", hotline::files())).collect()
}
