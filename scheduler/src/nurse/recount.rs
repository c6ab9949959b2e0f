//! Objective and rules recounted from the instance alone, sharing nothing with the search.

use solver_data::nurse_rostering::{NurseRostering, StaffMember};

/// Objective of an assignment `[staff][day]`.
pub(super) fn objective(instance: &NurseRostering, assignment: &[Vec<Option<usize>>]) -> i64 {
    let worked = |staff: usize, day: usize, shift: usize| assignment[staff][day] == Some(shift);
    let on = instance.on_requests.iter().filter(|w| !worked(w.staff, w.day, w.shift));
    let off = instance.off_requests.iter().filter(|w| worked(w.staff, w.day, w.shift));
    let wishes: i64 = on.chain(off).map(|w| w.weight).sum();
    let cover = instance.cover.iter().map(|c| {
        let present = assignment.iter().filter(|line| line[c.day] == Some(c.shift)).count() as i64;
        let wished = i64::from(c.requirement);
        c.weight_under * (wished - present).max(0) + c.weight_over * (present - wished).max(0)
    });
    wishes + cover.sum::<i64>()
}

/// Number of hard rules a roster breaks.
pub(super) fn broken_rules(instance: &NurseRostering, assignment: &[Vec<Option<usize>>]) -> usize {
    instance.staff.iter().zip(assignment).map(|(member, line)| broken_by(instance, member, line)).sum()
}

fn broken_by(instance: &NurseRostering, member: &StaffMember, line: &[Option<usize>]) -> usize {
    let count = |shift: usize| line.iter().filter(|&&s| s == Some(shift)).count();
    let maxima = (0..instance.shifts.len()).filter(|&s| count(s) > member.maximum_shifts[s] as usize).count();
    let minutes: u32 = line.iter().flatten().map(|&s| instance.shifts[s].minutes).sum();
    let hours = usize::from(!(member.minimum_minutes..=member.maximum_minutes).contains(&minutes));
    let clash = |pair: &&[Option<usize>]| match pair {
        [Some(a), Some(b)] => instance.shifts[*a].not_followed_by.contains(b),
        _ => false,
    };
    let successions = line.windows(2).filter(clash).count();
    let days_off = member.days_off.iter().filter(|&&d| line[d].is_some()).count();
    let weekends = line.chunks(7).filter(|week| week.iter().skip(5).any(Option::is_some)).count();
    let too_many_weekends = usize::from(weekends > member.maximum_weekends as usize);
    maxima + hours + successions + days_off + too_many_weekends + broken_runs(member, line)
}

fn broken_runs(member: &StaffMember, line: &[Option<usize>]) -> usize {
    let mut start = 0;
    let mut broken = 0;
    for run in line.chunk_by(|a, b| a.is_some() == b.is_some()) {
        let length = run.len() as u32;
        let inside = start > 0 && start + run.len() < line.len();
        let (least, most) = if run[0].is_some() {
            (member.minimum_consecutive, member.maximum_consecutive)
        } else {
            (member.minimum_consecutive_off, u32::MAX)
        };
        broken += usize::from(length > most || inside && length < least);
        start += run.len();
    }
    broken
}
