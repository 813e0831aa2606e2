//! Whom an alert is for: a question to the register and the estate, asked again whenever somebody looks.

use std::collections::BTreeSet;

use model::organisation::{OrganisationCode, OrganisationKind};

/// An audience. Every part narrows it; an empty part does not. It says for whom the alert is: among those,
/// what each is told follows from its own hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    /// Only these kinds.
    pub kinds: BTreeSet<OrganisationKind>,
    /// Only below these organisations: regions, or bodies that have others below them.
    pub below: BTreeSet<OrganisationCode>,
    /// Only these, by name.
    pub named: BTreeSet<OrganisationCode>,
    /// Only those that have a host which is affected by the alert's advisories, or of which it is not known:
    /// who has shown nothing is always among them.
    pub exposed_only: bool,
}

/// What an audience asks of one organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// Its code.
    pub code: &'a OrganisationCode,
    /// Its kind.
    pub kind: OrganisationKind,
    /// Those above it, in any order.
    pub above: &'a [OrganisationCode],
    /// Whether any of its hosts is affected, or may be for all that is known.
    pub may_be_affected: bool,
}

impl Audience {
    /// Whether an organisation is in it.
    pub fn takes(&self, one: &Candidate<'_>) -> bool {
        let kind = self.kinds.is_empty() || self.kinds.contains(&one.kind);
        let below = self.below.is_empty()
            || one.above.iter().chain([one.code]).any(|code| self.below.contains(code));
        let named = self.named.is_empty() || self.named.contains(one.code);
        let exposed = !self.exposed_only || one.may_be_affected;
        kind && below && named && exposed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> OrganisationCode {
        text.parse().unwrap()
    }

    #[test]
    fn every_part_narrows_and_an_empty_one_does_not() {
        let (own, region) = (code("TR-001"), code("RG-1"));
        let above = [region.clone()];
        let one = Candidate {
            code: &own,
            kind: OrganisationKind::Trust,
            above: &above,
            may_be_affected: false,
        };
        assert!(Audience::default().takes(&one));
        let kinds = |kind| Audience { kinds: [kind].into(), ..Audience::default() };
        assert!(kinds(OrganisationKind::Trust).takes(&one));
        assert!(!kinds(OrganisationKind::Practice).takes(&one));
        assert!(Audience { below: [region].into(), ..Audience::default() }.takes(&one));
        assert!(Audience { below: [own.clone()].into(), ..Audience::default() }.takes(&one));
        assert!(!Audience { below: [code("RG-2")].into(), ..Audience::default() }.takes(&one));
        assert!(!Audience { named: [code("TR-002")].into(), ..Audience::default() }.takes(&one));
        let exposed = Audience { exposed_only: true, ..Audience::default() };
        assert!(!exposed.takes(&one));
        assert!(exposed.takes(&Candidate { may_be_affected: true, ..one }));
    }
}
