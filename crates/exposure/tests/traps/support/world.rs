//! Knowledge for the tests: what is built in, and facts written by us.

use std::sync::OnceLock;

use exposure::host::Host;
use exposure::judge::{HostVerdicts, Line, Question, Selection, VulnerabilityRef, judge};
use exposure::knowledge::{Builder, View, encode, open};
use jiff::civil::Date;
use model::cve::CveId;
use model::fact::{Fact, FactSink, Source, SourceKind, WindowsUpdateFact};
use model::kb::Kb;
use rkyv::util::AlignedVec;

/// Compiled knowledge.
pub(crate) struct World {
    bytes: AlignedVec,
}

impl World {
    /// What is built in; compiled once.
    pub(crate) fn builtin() -> &'static Self {
        static BUILT_IN: OnceLock<World> = OnceLock::new();
        BUILT_IN.get_or_init(|| Self::with(|_| ()))
    }

    /// What is built in, and more.
    pub(crate) fn with(more: impl FnOnce(&mut Builder)) -> Self {
        let mut builder = Builder::new().with_builtin().expect("built-in tables");
        more(&mut builder);
        Self::of(builder)
    }

    /// What a builder has.
    pub(crate) fn of(builder: Builder) -> Self {
        let knowledge = builder.finish(jiff::Timestamp::UNIX_EPOCH).expect("compiles");
        Self { bytes: encode(&knowledge).expect("encodes") }
    }

    pub(crate) fn view(&self) -> View<'_> {
        open(&self.bytes).expect("opens")
    }

    /// A question about everything.
    pub(crate) fn at(&self, day: &str) -> Question<'_> {
        Question::new(self.view(), day.parse::<Date>().expect("a day"), &[])
    }

    /// A question about one advisory.
    pub(crate) fn only(&self, day: &str, text: &str) -> Question<'_> {
        Question::new(
            self.view(),
            day.parse::<Date>().expect("a day"),
            &[Selection { text: text.to_owned() }],
        )
    }

    /// The line on a CVE.
    pub(crate) fn line(&self, host: &Host, day: &str, id: &str) -> Line<'static> {
        let question = self.only(day, id);
        self.find(&judge(&question, host), id).expect("asked by name, so answered")
    }

    /// The line that a CVE stands in; fails if it stands in two.
    pub(crate) fn find(&self, verdicts: &HostVerdicts<'_>, id: &str) -> Option<Line<'static>> {
        let wanted: CveId = id.parse().expect("a CVE");
        let mut found = verdicts.lines.iter().filter(|line| {
            line.vulnerabilities.iter().any(|v| match v {
                VulnerabilityRef::Known(position) => self
                    .view()
                    .vulnerabilities
                    .get(*position as usize)
                    .is_some_and(|row| row.id.as_str() == id),
                VulnerabilityRef::Unlisted(cve) => *cve == wanted,
            })
        });
        let first = found.next().cloned().map(Line::into_owned);
        assert!(found.next().is_none(), "{id} stands in two lines");
        first
    }
}

/// A row on an update, in the making.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fix<'a> {
    pub(crate) cve: Option<&'a str>,
    pub(crate) kb: u32,
    pub(crate) product: &'a str,
    pub(crate) component: &'a str,
    pub(crate) published: &'a str,
    pub(crate) supersedes: &'a [u32],
    pub(crate) build: &'a str,
    pub(crate) kind: &'a str,
}

impl Default for Fix<'_> {
    fn default() -> Self {
        Self {
            cve: None,
            kb: 0,
            product: "Windows 11 version 21H2 for x64-based Systems",
            component: "",
            published: "2022-01-11",
            supersedes: &[],
            build: "",
            kind: "",
        }
    }
}

impl Fix<'_> {
    /// States rows as one source of a kind.
    pub(crate) fn state(kind: SourceKind, rows: &[Fix<'_>], sink: &mut dyn FactSink) {
        sink.source(Source {
            kind,
            id: "written by us".to_owned(),
            title: None,
            publisher: None,
            url: None,
            published: None,
            as_of: None,
        });
        for row in rows {
            sink.fact(Fact::WindowsUpdate(WindowsUpdateFact {
                cve: row.cve.map(cve),
                kb: Kb::new(row.kb),
                product: row.product.to_owned(),
                component: row.component.to_owned(),
                title: "A flaw".to_owned(),
                severity: "Critical".to_owned(),
                impact: String::new(),
                supersedes: row.supersedes.iter().map(|n| kb(*n)).collect(),
                published: Some(row.published.parse().expect("a day")),
                fixed_build: (!row.build.is_empty()).then(|| row.build.parse().expect("a build")),
                kind: (!row.kind.is_empty()).then(|| row.kind.to_owned()),
                restart: None,
            }));
        }
    }
}

pub(crate) fn cve(text: &str) -> CveId {
    text.parse().expect("a CVE")
}

pub(crate) fn kb(number: u32) -> Kb {
    Kb::new(number).expect("a KB number")
}
