//! What fixes an advisory, drawn as chains of updates: each contains the one before it.

use app::exposure::desk::{Chain, FixFacts, UpdateFacts};
use jiff::civil::Date;

use crate::words::{counted, day};

/// Most links of a chain that are shown at once.
const MOST: usize = 6;

/// What fixes it on some products.
#[derive(Clone, Debug)]
pub(crate) struct Fix {
    pub(crate) products: String,
    pub(crate) chains: Vec<Drawn>,
    /// What to do where no update is known.
    pub(crate) none: &'static str,
}

/// A chain, the earliest update first.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    /// "KB4012212", by which the chain is named.
    pub(crate) kb: String,
    pub(crate) links: Vec<Link>,
    /// Those beyond what is shown at once.
    pub(crate) more: Vec<Link>,
    pub(crate) more_words: String,
}

/// An update in a chain.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) kb: String,
    pub(crate) words: String,
    /// It was not there yet on the day of the page.
    pub(crate) is_later: bool,
}

pub(super) fn fix(facts: &FixFacts, as_at: Date) -> Fix {
    let mut products = facts.products.join(", ");
    if !facts.component.is_empty() {
        products = format!("{} on {products}", facts.component);
    }
    Fix {
        products,
        chains: facts.alternatives.iter().map(|chain| drawn(chain, as_at)).collect(),
        none: match (facts.alternatives.is_empty(), facts.none_exists) {
            (false, _) => "",
            (true, true) => "No update exists: isolate these, or replace them.",
            (true, false) => "No update is known.",
        },
    }
}

fn drawn(chain: &Chain, as_at: Date) -> Drawn {
    let links = std::iter::once(&chain.first).chain(&chain.later);
    let mut links: Vec<Link> = links.map(|update| link(update, as_at)).collect();
    let more = links.split_off(links.len().min(MOST));
    Drawn {
        kb: chain.first.kb.clone(),
        more_words: counted(more.len() as u64, "later update contains", "later updates contain"),
        links,
        more,
    }
}

fn link(update: &UpdateFacts, as_at: Date) -> Link {
    let mut words = update.kind.to_owned();
    if let Some(published) = update.published {
        words.push_str(&format!(", {}", day(published)));
    }
    if !update.supersedes.is_empty() {
        words.push_str(&format!(", in place of {}", update.supersedes.join(" and ")));
    }
    Link {
        kb: update.kb.clone(),
        words,
        is_later: update.published.is_some_and(|published| published > as_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn update(kb: &str, on: &str, supersedes: &[&str]) -> UpdateFacts {
        UpdateFacts {
            published: Some(on.parse().unwrap()),
            kb: kb.to_owned(),
            kind: "monthly rollup",
            supersedes: supersedes.iter().map(|kb| (*kb).to_owned()).collect(),
        }
    }

    #[test]
    fn a_chain_reads_from_the_first_update_on_and_says_what_was_not_there_yet() {
        let facts = FixFacts {
            products: vec!["Windows 7".to_owned(), "Windows Server 2008 R2".to_owned()],
            alternatives: vec![Chain {
                first: update("KB4012215", "2017-03-14", &[]),
                later: vec![
                    update("KB4015549", "2017-04-11", &["KB4012215"]),
                    update("KB4022719", "2017-06-13", &["KB4015549"]),
                ],
            }],
            ..FixFacts::default()
        };
        let fix = fix(&facts, "2017-05-12".parse().unwrap());
        assert_eq!(fix.products, "Windows 7, Windows Server 2008 R2");
        let links = &fix.chains[0].links;
        assert_eq!(links[1].words, "monthly rollup, 11 April 2017, in place of KB4012215");
        assert_eq!(links.iter().map(|l| l.is_later).collect::<Vec<_>>(), [false, false, true]);
        assert!(fix.chains[0].more.is_empty());
        let none = super::fix(
            &FixFacts { none_exists: true, ..FixFacts::default() },
            "2017-05-12".parse().unwrap(),
        );
        assert!(none.none.starts_with("No update exists"));
    }
}
