use std::collections::BTreeSet;

use proptest::prelude::*;

/// Most agents that reach a queue with need, by augmenting paths: groups serve sets of queues.
fn best_flow(groups: &[(u32, u32)], needs: &[u32]) -> u32 {
    let (g, q) = (groups.len(), needs.len());
    let (source, sink, size) = (g + q, g + q + 1, g + q + 2);
    let mut capacity = vec![vec![0_u32; size]; size];
    for (i, &(agents, serves)) in groups.iter().enumerate() {
        capacity[source][i] = agents;
        for j in (0..q).filter(|&j| serves >> j & 1 == 1) {
            capacity[i][g + j] = u32::MAX / 4;
        }
    }
    for (j, &need) in needs.iter().enumerate() {
        capacity[g + j][sink] = need;
    }
    let mut flow = 0;
    loop {
        let (mut from, mut open) = (vec![usize::MAX; size], vec![source]);
        while let Some(node) = open.pop() {
            for next in (0..size).filter(|&next| capacity[node][next] > 0) {
                if from[next] == usize::MAX && next != source {
                    from[next] = node;
                    open.push(next);
                }
            }
        }
        if from[sink] == usize::MAX {
            return flow;
        }
        let mut path = vec![sink];
        while path[path.len() - 1] != source {
            path.push(from[path[path.len() - 1]]);
        }
        let least = path.windows(2).map(|arc| capacity[arc[1]][arc[0]]).min().unwrap_or(0);
        for arc in path.windows(2) {
            capacity[arc[1]][arc[0]] -= least;
            capacity[arc[0]][arc[1]] += least;
        }
        flow += least;
    }
}

proptest! {
    #[test]
    fn the_shortfall_is_what_the_best_flow_leaves_unserved(
        groups in prop::collection::vec((0..6_u32, 1..32_u32), 1..6),
        needs in prop::collection::vec(0..7_u32, 5),
    ) {
        // The families a requirement keeps: all queues but a union of groups' queues.
        let mut unions = BTreeSet::from([0_u32]);
        for &(_, serves) in &groups {
            unions.extend(unions.clone().into_iter().map(|union| union | serves));
        }
        let short = unions.iter().map(|union| {
            let need: u32 = (0..5).filter(|q| union >> q & 1 == 0).map(|q| needs[q]).sum();
            let there: u32 = groups.iter().filter(|(_, serves)| serves & !union & 31 != 0).map(|(agents, _)| agents).sum();
            need.saturating_sub(there)
        });
        let total: u32 = needs.iter().sum();
        prop_assert_eq!(short.max().unwrap(), total - best_flow(&groups, &needs));
    }
}
