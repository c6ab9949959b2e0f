//! Rows of every model.

use super::*;
use solver_data::ServiceLevelDefinition;

fn queue(model: RowModel) -> QueueRow {
    QueueRow { model, volume: 100.0, interval_s: 1800.0, aht_s: 180.0, patience_s: Some(120.0) }
}

fn wanting(queue: QueueRow) -> RequiredRow {
    RequiredRow {
        queue,
        sl_def: ServiceLevelDefinition::ServedAll,
        sl_target: Some(0.8),
        t_s: Some(20.0),
        asa_max_s: None,
        max_abandon: None,
        max_occ: None,
        max_block: None,
        asa_max_by_class_s: Box::default(),
    }
}

fn row() -> RequiredRow {
    wanting(queue(RowModel::ErlangC))
}

fn with(queue: QueueRow, n: u32) -> EvaluateRow {
    EvaluateRow { queue, n, t_s: Some(20.0), sl_def: ServiceLevelDefinition::ServedAll }
}

/// One of each model.
fn models() -> Vec<RowModel> {
    vec![
        RowModel::ErlangB,
        RowModel::ErlangC,
        RowModel::ErlangA,
        RowModel::FiniteRoom { places: 30 },
        RowModel::FiniteRoomWithPatience { places: 30 },
        RowModel::LossRetrials { redial: 0.6 },
        RowModel::PatienceRetrials { redial: 0.6 },
        RowModel::Priority { class_volumes: Box::new([20.0, 30.0, 50.0]) },
        RowModel::Escalation { share: 0.2, aht2_s: 400.0, n2: Some(8) },
        RowModel::Chat { aht_by_concurrency_s: Box::new([180.0, 240.0]) },
    ]
}

#[test]
fn rows_are_answered_in_their_order_and_refusals_say_why() {
    let answers = required(&[row(), RequiredRow { t_s: None, ..row() }, RequiredRow { max_occ: Some(0.0), ..row() }]);
    assert_eq!((answers[0].n, answers[0].status.as_str()), (Some(14), OK));
    assert!((answers[0].sl.unwrap() - 0.888_350_02).abs() < 1e-8);
    assert_eq!((answers[1].n, answers[1].sl), (None, None));
    assert!(answers[1].status.contains("t_s"));
    assert!(answers[2].status.contains("occupancy"), "{}", answers[2].status);
}

#[test]
fn an_overloaded_row_has_its_limits_and_says_so() {
    let answer = &evaluate(&[with(queue(RowModel::ErlangC), 9)])[0];
    assert_eq!((answer.sl, answer.asa_s, answer.occupancy), (Some(0.0), Some(f64::INFINITY), Some(1.0)));
    assert!(answer.status.contains("without bound"), "{}", answer.status);
    let nobody_leaves = QueueRow { patience_s: None, ..queue(RowModel::ErlangA) };
    assert_eq!(evaluate(&[with(nobody_leaves, 14)])[0].status, OK);
}

#[test]
fn the_least_agents_of_every_model_keep_the_limits_and_one_fewer_miss_them() {
    for model in models() {
        let priority = matches!(model, RowModel::Priority { .. });
        let wanted = RequiredRow {
            sl_target: (!priority).then_some(0.8),
            asa_max_by_class_s: if priority { Box::new([3.0, 10.0, 60.0]) } else { Box::default() },
            ..wanting(queue(model))
        };
        let answer = &required(std::slice::from_ref(&wanted))[0];
        assert_eq!(answer.status, OK, "{wanted:?}");
        let kept = |answer: &Answer| match answer.extras.as_ref().and_then(|extras| extras.asa_by_class_s.as_ref()) {
            Some(waits) => waits.iter().zip([3.0, 10.0, 60.0]).all(|(wait, most)| *wait <= most),
            None => answer.sl.unwrap() >= 0.8,
        };
        let n = answer.n.unwrap();
        assert!(kept(answer), "{wanted:?}: {answer:?}");
        assert!(!kept(&with(wanted.queue.clone(), n - 1).answer()), "{wanted:?}: {n}");
    }
}

#[test]
fn every_model_has_an_answer_without_agents_and_without_contacts() {
    for model in models() {
        for (volume, n) in [(100.0, 0), (0.0, 0), (0.0, 5), (1e-9, 1), (1e7, 3)] {
            let answer = with(QueueRow { volume, ..queue(model.clone()) }, n).answer();
            for share in [answer.p_wait, answer.p_abandon, answer.occupancy] {
                assert!(share.is_some_and(|share| (0.0..=1.0).contains(&share)), "{model:?} {volume} {n}: {answer:?}");
            }
            assert!(answer.asa_s.is_some_and(|asa| asa >= 0.0), "{model:?} {volume} {n}: {answer:?}");
            assert!(answer.sl.is_none_or(|level| (0.0..=1.0).contains(&level)), "{model:?} {volume} {n}: {answer:?}");
        }
    }
}

#[test]
fn blocked_contacts_are_limited_by_their_own_column() {
    let limited = RequiredRow { sl_target: None, max_block: Some(0.01), ..wanting(queue(RowModel::ErlangB)) };
    let answer = limited.answer();
    assert_eq!(answer.n, Some(18));
    assert!(answer.extras.unwrap().p_block.unwrap() <= 0.01);
}

#[test]
fn seniors_are_sized_beside_juniors() {
    let answer = wanting(queue(RowModel::Escalation { share: 0.2, aht2_s: 400.0, n2: None })).answer();
    assert_eq!(answer.n, Some(14));
    let extras = answer.extras.unwrap();
    assert!(extras.n2.unwrap() > 4 && extras.sl2.unwrap() >= 0.8);
}

#[test]
fn a_row_without_a_limit_that_its_model_can_miss_has_no_answer() {
    for model in models() {
        let free = RequiredRow { sl_target: None, ..wanting(queue(model)) };
        let answer = free.answer();
        assert!(!answer.is_answered() && answer.n.is_none(), "{answer:?}");
        assert!(answer.status.starts_with("no limit is given;"), "{}", answer.status);
        assert!(RequiredRow { max_occ: Some(0.8), ..free }.answer().is_answered());
    }
    let never_blocked = RequiredRow { sl_target: None, max_block: Some(0.01), ..row() }.answer();
    assert!(never_blocked.status.contains("that this model can miss"), "{}", never_blocked.status);
    let never_waits = RequiredRow { sl_target: None, asa_max_s: Some(9.0), ..wanting(queue(RowModel::ErlangB)) }.answer();
    assert!(!never_waits.is_answered() && never_waits.status.ends_with("sl_target with t_s, max_occ, max_block"));
}

#[test]
fn redials_without_end_keep_agents_busy_and_are_told() {
    for model in [RowModel::LossRetrials { redial: 1.0 }, RowModel::PatienceRetrials { redial: 1.0 }] {
        let rushed = QueueRow { volume: 1000.0, ..queue(model) };
        let answer = with(rushed.clone(), 10).answer();
        assert_eq!((answer.sl, answer.occupancy), (Some(0.0), Some(1.0)));
        assert!(answer.status.starts_with("redials never end: 10 agents for 100 erlangs"), "{}", answer.status);
        assert_eq!(with(rushed, 101).answer().status, OK);
    }
}

#[test]
fn an_overload_names_the_load_of_its_own_model_and_a_mend_that_helps() {
    let chats = |aht_by_concurrency_s: &[f64]| QueueRow {
        aht_s: 0.0,
        patience_s: None,
        ..queue(RowModel::Chat { aht_by_concurrency_s: aht_by_concurrency_s.into() })
    };
    let status = |queue, n| with(queue, n).answer().status;
    let told = "the queue grows without bound: 5 agents for chats that fill 10; add agents or give a patience";
    assert_eq!(status(chats(&[180.0]), 5), told);
    assert!(status(chats(&[180.0, 240.0]), 6).contains("6 agents for chats that fill 6.6"));
    assert_eq!(status(chats(&[180.0, 240.0]), 7), OK);
    let classes = queue(RowModel::Priority { class_volumes: Box::new([20.0, 80.0]) });
    assert!(status(classes, 9).ends_with("9 agents for 10 erlangs; add agents"));
    let tiers = queue(RowModel::Escalation { share: 0.2, aht2_s: 450.0, n2: Some(4) });
    assert!(status(tiers, 14).contains("4 seniors for 5 erlangs; add seniors"));
}
