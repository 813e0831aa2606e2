//! Which update supersedes which, without cycles.
//!
//! In Microsoft's own data some updates supersede each other in a circle. A circle proves nothing,
//! so within one only those edges are kept that lead from the later to the earlier update.

/// Removes from `edges[n]` (what update `n` supersedes) every edge that closes a circle.
///
/// `rank(n)` orders updates in time; within a strongly connected set an edge is kept only if it
/// leads from a higher to a lower rank. Edges between sets are kept: they cannot close a circle.
/// The result is free of cycles for any input.
pub fn without_cycles<R: Ord>(edges: &mut [Vec<u32>], rank: impl Fn(u32) -> R) {
    let component = components(edges);
    for (from, targets) in edges.iter_mut().enumerate() {
        targets.sort_unstable();
        targets.dedup();
        let Ok(from) = u32::try_from(from) else { continue };
        targets.retain(|&to| {
            let of = |n: u32| component.get(n as usize).copied();
            match (of(from), of(to)) {
                (Some(a), Some(b)) if a == b => from != to && rank(from) > rank(to),
                (Some(_), Some(_)) => true,
                _ => false,
            }
        });
    }
}

/// Strongly connected sets by Tarjan's algorithm, without recursion.
fn components(edges: &[Vec<u32>]) -> Vec<u32> {
    const UNSEEN: u32 = u32::MAX;
    let count = edges.len();
    let mut index = vec![UNSEEN; count];
    let mut low = vec![0_u32; count];
    let mut on_stack = vec![false; count];
    let mut component = vec![UNSEEN; count];
    let mut stack: Vec<usize> = Vec::new();
    let mut next_index = 0_u32;
    let mut next_component = 0_u32;
    // Every access below is to an index < count: nodes come from 0..count and targets are checked.
    #[expect(clippy::indexing_slicing, reason = "all indices are below `count`, see above")]
    for root in 0..count {
        if index[root] != UNSEEN {
            continue;
        }
        let mut work: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some((node, position)) = work.pop() {
            if position == 0 {
                index[node] = next_index;
                low[node] = next_index;
                next_index += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            let mut descended = false;
            for (at, &target) in edges[node].iter().enumerate().skip(position) {
                let target = target as usize;
                if target >= count {
                    continue;
                }
                if index[target] == UNSEEN {
                    work.push((node, at + 1));
                    work.push((target, 0));
                    descended = true;
                    break;
                } else if on_stack[target] {
                    low[node] = low[node].min(index[target]);
                }
            }
            if descended {
                continue;
            }
            if low[node] == index[node] {
                while let Some(member) = stack.pop() {
                    on_stack[member] = false;
                    component[member] = next_component;
                    if member == node {
                        break;
                    }
                }
                next_component += 1;
            }
            if let Some((parent, _)) = work.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn has_cycle(edges: &[Vec<u32>]) -> bool {
        // Depth-first with colours.
        fn visit(node: usize, edges: &[Vec<u32>], colour: &mut [u8]) -> bool {
            colour[node] = 1;
            for &to in &edges[node] {
                let seen = colour[to as usize];
                if seen == 1 || (seen == 0 && visit(to as usize, edges, colour)) {
                    return true;
                }
            }
            colour[node] = 2;
            false
        }
        let mut colour = vec![0; edges.len()];
        (0..edges.len()).any(|node| colour[node] == 0 && visit(node, edges, &mut colour))
    }

    #[test]
    fn a_circle_keeps_its_edges_backwards_in_time() {
        // 2 supersedes 1 supersedes 0, and 0 claims to supersede 2.
        let mut edges = vec![vec![2], vec![0], vec![1]];
        without_cycles(&mut edges, |n| n);
        assert_eq!(edges, vec![vec![], vec![0], vec![1]]);
    }

    proptest! {
        #[test]
        fn no_cycles_survive(raw in proptest::collection::vec(proptest::collection::vec(0_u32..24, 0..5), 24)) {
            let mut edges = raw.clone();
            without_cycles(&mut edges, |n| n % 7);
            prop_assert!(!has_cycle(&edges));
        }

        #[test]
        fn edges_outside_circles_stay(raw in proptest::collection::vec(proptest::collection::vec(0_u32..24, 0..5), 24)) {
            // Only edges to lower numbers: no circle is possible, so nothing may go.
            let mut edges: Vec<Vec<u32>> = raw.iter().enumerate()
                .map(|(n, t)| { let mut t: Vec<u32> = t.iter().copied().filter(|&to| (to as usize) < n).collect(); t.sort_unstable(); t.dedup(); t })
                .collect();
            let before = edges.clone();
            without_cycles(&mut edges, |_| 0);
            prop_assert_eq!(edges, before);
        }
    }
}
