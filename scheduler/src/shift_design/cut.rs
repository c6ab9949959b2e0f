//! Inequalities that the demand's jumps force on the shifts used: cut sets of the week's circulation.
//!
//! Let N be a set of slot boundaries of the week, z(t) = demand(t) + over(t) - under(t) the people present, and
//! J = sum over t in N of (demand(t) - demand(t - 1)) > 0. What starts in N and ends outside is at least the net rise, so
//!
//! - sum of x over duties that leave N >= J - sum of under(t), t in N before a boundary outside - sum of over(t - 1),
//!   t in N after a boundary outside
//!
//! and a shift's duties in the sum may be replaced by min(J, their most) times y(shift): where y is 1 that suffices, where
//! it is 0 they are 0. Likewise for falls, with the ends in N. A rise at one boundary thus wants a shift that starts there;
//! a start and an end of different sizes want a second shift at one of them; and so on for whole trees of shifts.
//!
//! # Source
//! Cut-set inequalities of fixed-charge network design, Magnanti, Mirchandani, Vachani (1995), Operations Research 43.

use super::model::Model;

/// `sum of coefficient times column >= least`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cut {
    pub least: f64,
    pub terms: Vec<(usize, f64)>,
}

impl Cut {
    /// How far a point is beyond the inequality; negative where it is violated.
    pub fn slack(&self, at: &[f64]) -> f64 {
        self.terms.iter().map(|&(column, coefficient)| coefficient * at[column]).sum::<f64>() - self.least
    }
}

/// Longest window of boundaries tried whole.
const WINDOW: usize = 8;
/// Largest set grown boundary by boundary.
const LARGEST: usize = 8;
/// Violation, as a share of the jump, below which a cut is not worth its row.
const WORTH: f64 = 0.02;

/// Whether the set's rise or its fall is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Jump {
    Rise,
    Fall,
}

/// Finds violated inequalities.
#[derive(Debug)]
pub(super) struct Separator {
    /// Sets of boundaries by offset from midnight, tried on every day.
    fixed_sets: Vec<Vec<usize>>,
    /// Duties that start at, and that end at, each boundary of the week.
    starting: Vec<Vec<(usize, usize)>>,
    ending: Vec<Vec<(usize, usize)>>,
}

/// What a set has been found to force.
struct Scratch {
    inside: Vec<bool>,
    /// Sum of x and most duties of each shift across the set's border, and the shifts met.
    flow: Vec<(f64, i64)>,
    met: Vec<usize>,
    crossing: Vec<(usize, usize)>,
}

impl Separator {
    pub fn new(model: &Model<'_>) -> Self {
        let mut starting = vec![Vec::new(); model.horizon];
        let mut ending = vec![Vec::new(); model.horizon];
        for (s, day) in model.duties() {
            starting[model.starts_at(s, day)].push((s, day));
            ending[model.ends_at(s, day)].push((s, day));
        }
        let mut sets = Vec::new();
        let boundaries = |key: fn(usize, usize) -> usize| {
            let mut all: Vec<usize> = model.shifts.iter().map(|span| key(span.start, span.length)).collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        for points in [boundaries(|start, _| start), boundaries(|start, length| start + length)] {
            for (i, &from) in points.iter().enumerate() {
                sets.extend(points[i..].iter().take_while(|&&to| to < from + WINDOW).map(|&to| (from..=to).collect::<Vec<_>>()));
            }
        }
        sets.extend(model.shifts.iter().map(|span| vec![span.start, span.start + span.length]));
        Self { fixed_sets: sets, starting, ending }
    }

    /// At most `limit` inequalities that the point `at` violates, the deepest first.
    pub fn separate(&self, model: &Model<'_>, most: &[i64], at: &[f64], limit: usize) -> Vec<Cut> {
        let mut scratch = Scratch {
            inside: vec![false; model.horizon],
            flow: vec![(0.0, 0); model.shifts.len()],
            met: Vec::new(),
            crossing: Vec::new(),
        };
        let mut found: Vec<(f64, Cut)> = links(model, most, at);
        let trees = trees(model, at);
        for offsets in self.fixed_sets.iter().chain(&trees) {
            for day in 0..model.days {
                let set: Vec<usize> = offsets.iter().map(|offset| (day * model.slots + offset) % model.horizon).collect();
                for jump in [Jump::Rise, Jump::Fall] {
                    found.extend(self.cut(model, (most, at), (&set, jump), &mut scratch));
                }
            }
        }
        found.extend(self.grown(model, (most, at), &mut scratch));
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.dedup_by(|a, b| a.1 == b.1);
        found.truncate(limit);
        found.into_iter().map(|(_, cut)| cut).collect()
    }

    /// The deepest inequality of a set, if the point violates it, with its depth.
    fn cut(
        &self,
        model: &Model<'_>,
        (most, at): (&[i64], &[f64]),
        (set, jump): (&[usize], Jump),
        scratch: &mut Scratch,
    ) -> Option<(f64, Cut)> {
        let rise: i64 = set.iter().map(|&t| model.demand[t] - model.demand[model.before(t)]).sum();
        let size = if jump == Jump::Rise { rise } else { -rise };
        if size <= 0 {
            return None;
        }
        for &t in set {
            scratch.inside[t] = true;
        }
        let cut = self.forced(model, (most, at), (set, jump, size), scratch);
        for &t in set {
            scratch.inside[t] = false;
        }
        for &s in &scratch.met {
            scratch.flow[s] = (0.0, 0);
        }
        scratch.met.clear();
        scratch.crossing.clear();
        cut
    }

    fn forced(
        &self,
        model: &Model<'_>,
        (most, at): (&[i64], &[f64]),
        (set, jump, size): (&[usize], Jump, i64),
        scratch: &mut Scratch,
    ) -> Option<(f64, Cut)> {
        let enough = size as f64 * (1.0 - WORTH);
        let mut terms: Vec<(usize, f64)> = Vec::new();
        for &t in set {
            let before = model.before(t);
            let (rising, falling) = (model.under_at(t), model.over_at(t));
            if !scratch.inside[(t + 1) % model.horizon] {
                terms.push((if jump == Jump::Rise { rising } else { falling }, 1.0));
            }
            if !scratch.inside[before] {
                terms.push((if jump == Jump::Rise { model.over_at(before) } else { model.under_at(before) }, 1.0));
            }
        }
        let mut left: f64 = terms.iter().map(|&(column, _)| at[column]).sum();
        if left >= enough {
            return None;
        }
        for &t in set {
            let duties = if jump == Jump::Rise { &self.starting[t] } else { &self.ending[t] };
            for &(s, day) in duties {
                let other = if jump == Jump::Rise { model.ends_at(s, day) } else { model.starts_at(s, day) };
                let limit = most[s * model.days + day];
                if limit == 0 || scratch.inside[other] {
                    continue;
                }
                if scratch.flow[s].1 == 0 {
                    scratch.met.push(s);
                }
                scratch.flow[s].0 += at[model.x(s, day)];
                scratch.flow[s].1 += limit;
                scratch.crossing.push((s, day));
            }
        }
        for &s in &scratch.met {
            let (flow, limit) = scratch.flow[s];
            left += flow.min(limit.min(size) as f64 * at[s]);
            if left >= enough {
                return None;
            }
        }
        for &s in &scratch.met {
            let (flow, limit) = scratch.flow[s];
            if flow > limit.min(size) as f64 * at[s] {
                terms.push((s, limit.min(size) as f64));
            } else {
                let days = scratch.crossing.iter().filter(|&&(shift, _)| shift == s);
                terms.extend(days.map(|&(s, day)| (model.x(s, day), 1.0)));
            }
        }
        let violation = (size as f64 - left) / size as f64;
        Some((violation / (terms.len() as f64).sqrt(), Cut { least: size as f64, terms }))
    }

    /// Sets grown from the starts of shifts in part use, along shifts in use, as long as a cut gets deeper.
    fn grown(&self, model: &Model<'_>, (most, at): (&[i64], &[f64]), scratch: &mut Scratch) -> Vec<(f64, Cut)> {
        let mut found = Vec::new();
        let live: Vec<(usize, usize)> = (0..model.shifts.len())
            .filter(|&s| at[s] > 0.01)
            .map(|s| (model.shifts[s].start, model.shifts[s].start + model.shifts[s].length))
            .collect();
        let partly = (0..model.shifts.len()).filter(|&s| at[s] > 0.01 && at[s] < 0.99);
        let mut seeds: Vec<usize> = partly.map(|s| model.shifts[s].start).collect();
        seeds.sort_unstable();
        seeds.dedup();
        for (seed, day) in seeds.into_iter().flat_map(|seed| (0..model.days).map(move |day| (seed, day))) {
            let mut offsets = vec![seed];
            let mut depth = 0.0;
            while offsets.len() < LARGEST {
                let tried = joined(&live, &offsets);
                let larger = |offset: usize| -> Vec<usize> {
                    offsets.iter().copied().chain([offset]).map(|offset| (day * model.slots + offset) % model.horizon).collect()
                };
                let mut deepest: Option<(usize, (f64, Cut))> = None;
                for offset in tried {
                    let set = larger(offset);
                    let cuts = [Jump::Rise, Jump::Fall].map(|jump| self.cut(model, (most, at), (&set, jump), scratch));
                    for cut in cuts.into_iter().flatten() {
                        if deepest.as_ref().is_none_or(|(_, known)| cut.0 > known.0) {
                            deepest = Some((offset, cut));
                        }
                    }
                }
                let Some((offset, cut)) = deepest.filter(|(_, cut)| cut.0 > depth) else { break };
                depth = cut.0;
                offsets.push(offset);
                found.push(cut);
            }
        }
        found
    }
}

/// Boundaries that a shift in use joins to one of the set, none of the set itself.
fn joined(live: &[(usize, usize)], set: &[usize]) -> Vec<usize> {
    let mut others: Vec<usize> = live
        .iter()
        .filter_map(|&(start, end)| match (set.contains(&start), set.contains(&end)) {
            (true, false) => Some(end),
            (false, true) => Some(start),
            _ => None,
        })
        .collect();
    others.sort_unstable();
    others.dedup();
    others
}

/// x(s, d) <= most y(s) where the point is beyond it.
fn links(model: &Model<'_>, most: &[i64], at: &[f64]) -> Vec<(f64, Cut)> {
    let beyond = |(s, day): (usize, usize)| {
        let limit = most[s * model.days + day] as f64;
        let violation = (at[model.x(s, day)] - limit * at[s]) / limit.max(1.0);
        (violation > WORTH).then(|| {
            let terms = vec![(s, limit), (model.x(s, day), -1.0)];
            (violation / 2.0_f64.sqrt(), Cut { least: 0.0, terms })
        })
    };
    model.duties().filter_map(beyond).collect()
}

/// Boundaries joined by the shifts of the point, the most used first: every tree on the way to one.
fn trees(model: &Model<'_>, at: &[f64]) -> Vec<Vec<usize>> {
    let weight = |s: usize| at[s] + 1e-3 * (0..model.days).map(|day| at[model.x(s, day)]).sum::<f64>();
    let mut shifts: Vec<(f64, usize)> =
        (0..model.shifts.len()).map(|s| (weight(s), s)).filter(|&(weight, _)| weight > 1e-4).collect();
    shifts.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut forest: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    let mut trees = Vec::new();
    for (_, s) in shifts {
        let (start, end) = (model.shifts[s].start, model.shifts[s].start + model.shifts[s].length);
        let from = forest.iter().position(|(starts, _)| starts.contains(&start));
        let to = forest.iter().position(|(_, ends)| ends.contains(&end));
        if from.is_some() && from == to {
            continue;
        }
        let mut tree = (vec![start], vec![end]);
        let mut parts: Vec<usize> = [from, to].into_iter().flatten().collect();
        parts.sort_unstable_by(|a, b| b.cmp(a));
        for part in parts {
            let (starts, ends) = forest.swap_remove(part);
            tree.0.extend(starts);
            tree.1.extend(ends);
        }
        for points in [&mut tree.0, &mut tree.1] {
            points.sort_unstable();
            points.dedup();
        }
        let mut set: Vec<usize> = tree.0.iter().chain(&tree.1).copied().collect();
        set.sort_unstable();
        set.dedup();
        trees.push(set);
        forest.push(tree);
    }
    trees
}
