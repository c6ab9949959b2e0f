use proptest::prelude::*;

use super::*;

const TINY: &str = "# made up
SECTION_HORIZON
7

SECTION_SHIFTS
E,480,
N,600,E|N

SECTION_STAFF
A,E=5|N=0,2400,1440,5,2,2,1
B,E=5|N=3,2400,1440,5,2,2,1

SECTION_DAYS_OFF
A,6,0

SECTION_SHIFT_ON_REQUESTS
B,1,N,2

SECTION_SHIFT_OFF_REQUESTS
A,2,E,3

SECTION_COVER
0,E,1,100,1
6,N,1,100,1
";

fn read(text: &str) -> (Option<NurseRostering>, ValidationReport) {
    parse_nurse_rostering(&SourceText::decode("i.txt", text.as_bytes()))
}

/// The one finding after a change of the tiny instance.
fn finding(from: &str, to: &str) -> Finding {
    assert!(TINY.contains(from));
    let (instance, report) = read(&TINY.replacen(from, to, 1));
    assert!(instance.is_none());
    assert_eq!(report.findings.len(), 1, "{report:?}");
    report.findings[0].clone()
}

#[test]
fn an_instance_is_read_with_either_line_break() {
    let (instance, report) = read(TINY);
    let instance = instance.unwrap();
    assert!(report.findings.is_empty());
    assert_eq!(
        (instance.horizon, instance.shifts[1].minutes, instance.shifts[1].not_followed_by.as_slice()),
        (7, 600, &[0, 1][..])
    );
    assert_eq!((instance.staff[1].maximum_shifts.as_slice(), instance.staff[0].days_off.as_slice()), (&[5, 3][..], &[0, 6][..]));
    assert_eq!(instance.on_requests, [ShiftRequest { staff: 1, day: 1, shift: 1, weight: 2 }]);
    assert_eq!(instance.cover[1], Cover { day: 6, shift: 1, requirement: 1, weight_under: 100, weight_over: 1 });
    assert_eq!(read(&TINY.replace('\n', "\r\n")).0, Some(instance));
}

#[test]
fn unknown_names_are_placed_and_suggested() {
    let found = finding("B,1,N,2", "C,1,N,2");
    assert_eq!((found.line, found.column, found.message.as_str()), (Some(17), Some(1), "there is no employee `C`"));
    assert_eq!(finding("6,N,1", "6,X,1").column, Some(3));
    assert_eq!(finding("600,E|N", "600,E|M").message, "there is no shift `M`");
    assert_eq!(finding("E=5|N=0", "E=5|D=0").column, Some(3));
    assert!(finding("SECTION_COVER\n", "SECTION_COVR\n0,E,1,100,1\nSECTION_COVER\n").hint.contains("COVER"));
}

#[test]
fn numbers_and_days_are_checked() {
    for (from, to) in [
        ("\n7\n", "\n8\n"),
        ("480", "long"),
        ("0,E,1", "7,E,1"),
        ("A,6,0", "A,6,-1"),
        ("2400,1440", "1000,1440"),
        ("E=5", "E-5"),
        ("SECTION_DAYS_OFF\n", "A,E=5,2400,1440,5,2,2,1\nSECTION_DAYS_OFF\n"),
    ] {
        assert_eq!(finding(from, to).severity, crate::finding::Severity::Error, "{to}");
    }
}

#[test]
fn minus_zero_is_zero_and_minus_one_an_error() {
    assert_eq!(read(&TINY.replacen("0,E,1", "0,E,-0", 1)).0.unwrap().cover[0].requirement, 0);
    assert_eq!(finding("0,E,1", "0,E,-1").column, Some(5));
}

#[test]
fn a_file_cut_off_in_the_middle_is_an_error() {
    for end in 1..TINY.trim_end().len() - 10 {
        let (instance, report) = read(&TINY[..end]);
        assert!(instance.is_none() && !report.is_usable(), "cut after {end} bytes");
    }
}

proptest! {
    #[test]
    fn any_bytes_give_an_instance_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (instance, report) = parse_nurse_rostering(&SourceText::decode("i", &bytes));
        prop_assert_eq!(instance.is_some(), report.is_usable());
    }

    #[test]
    fn a_mutated_instance_can_be_judged_if_it_is_read(edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..10)) {
        let mut bytes = TINY.as_bytes().to_vec();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let (instance, report) = parse_nurse_rostering(&SourceText::decode("i", &bytes));
        prop_assert_eq!(instance.is_some(), report.is_usable());
        if let Some(instance) = instance {
            let roster = vec![vec![Some(0); instance.horizon]; instance.staff.len()];
            let verdict = crate::check::check_nurse(&instance, &roster);
            prop_assert_eq!(verdict.objective, verdict.shift_on + verdict.shift_off + verdict.under + verdict.over);
        }
    }
}
