//! One question to the nation.
//!
//! What only systems decide is read from counts that the view holds; no host is looked at. Where
//! software or a scanner speaks, the hosts concerned are taken out of those counts and put in again
//! under what holds for them. The order of precedence is that of `judge`: the worst verdict, the
//! system before software.

use model::host_id::HostId;
use model::verdict::Verdict;

use super::answer::{Answer, AnswerCode, Code, HostAnswer};
use super::bases::{Base, Target};
use super::claims::{Claim, Weighing, weigh};
use super::error::IndexError;
use super::resolve::Asked;
use super::segment::Segment;
use super::software::{Layers, SoftwareMatter};
use super::tally::{Tally, ages_with};
use super::view::{SegmentView, View};
use crate::bits::{Bits, count_both, count_in, each, first_from, is_in, set};
use crate::judge::{Matter, ReasonKind, RestsOn, VulnerabilityRef};
use crate::knowledge::build::day_of;
use crate::wire::u16_at;

/// One vulnerability that is asked about, prepared for all segments.
struct Question<'v> {
    target: Target,
    bases: Vec<Base<'v>>,
    matter: Matter,
    software: Option<SoftwareMatter>,
    /// Findings that speak of it, as segment and number.
    claims: &'v [(u32, u32)],
    /// For each kind of silence what is said of a host that has software of the name.
    named: Option<Vec<Code>>,
}

/// A question made ready: [`View::prepare`].
pub struct Prepared<'v> {
    questions: Vec<Question<'v>>,
    /// What holds for a segment, and which.
    inside: Option<(usize, Vec<InSegment>)>,
}

/// A vulnerability in one segment.
struct InSegment {
    layers: Option<Layers>,
    /// Sorted by host.
    claims: Vec<(u16, Claim)>,
}

impl InSegment {
    fn claims_on(&self, host: u16) -> &[(u16, Claim)] {
        let from = self.claims.partition_point(|(other, _)| *other < host);
        let own = self.claims.get(from..).unwrap_or_default();
        let count = own.iter().take_while(|(other, _)| *other == host).count();
        own.get(..count).unwrap_or_default()
    }
}

impl<B: AsRef<[u8]>> View<'_, '_, B> {
    /// How many hosts of each organisation are affected, fixed, unknown …, and why.
    ///
    /// Of several vulnerabilities the worst verdict counts for a host, and of equal ones the first.
    pub fn ask(&self, asked: &Asked) -> Result<Answer, IndexError> {
        let mut questions = self.questions(asked);
        let bases = combined(&questions);
        let mut tally = Tally::new(self.facts.len());
        let silent = self.silent_codes(&questions, &bases);
        match &silent {
            Some(codes) => self.count_silent(codes, &mut tally),
            None => self.count_systems(&bases, &mut tally),
        }
        // Only where software or scanners say anything.
        let mut spoken: Vec<u32> = questions
            .iter()
            .flat_map(|question| {
                let software = question.software.iter().flat_map(SoftwareMatter::segments);
                software.chain(question.claims.iter().map(|(segment, _)| *segment))
            })
            .collect();
        spoken.sort_unstable();
        spoken.dedup();
        for at in spoken {
            self.correct(at as usize, &mut questions, &bases, silent.as_deref(), &mut tally)?;
        }
        Ok(tally.finish())
    }

    /// As [`View::ask`], of one organisation: its hosts by verdict and reason, the worst first. Costs
    /// what its own systems and the software of its segment cost.
    pub fn ask_one(
        &self,
        asked: &Asked,
        organisation: usize,
    ) -> Result<Vec<(AnswerCode, u32)>, IndexError> {
        let mut questions = self.questions(asked);
        let bases = combined(&questions);
        let mut tally = Tally::new(self.facts.len());
        self.count_systems_of(organisation, &bases, &mut tally);
        let at = self.segments.iter().rposition(|segment| segment.first <= organisation);
        if let Some(at) = at
            && questions.iter().any(|q| q.software.is_some() || !q.claims.is_empty())
        {
            // Its neighbours in the segment are corrected too, and nobody looks at their sums.
            self.correct(at, &mut questions, &bases, None, &mut tally)?;
        }
        Ok(tally.finish().of(organisation).collect())
    }

    /// The same question for whoever adds up all hosts: where knowledge has nothing of it, or nothing
    /// was public by the day, every host is unknown for that reason. Asked as it is, such a question
    /// is answered for no host, as `judge` says nothing of what was not public.
    pub fn as_public(&self, asked: Asked) -> Asked {
        let is_public = |v: &u32| self.judging.question.asks(*v);
        let is_silent = asked.unlisted.is_empty() && !asked.vulnerabilities.iter().any(is_public);
        Asked { is_silent, ..asked }
    }

    /// The answer for each host of an organisation, in the order of the index.
    pub fn hosts(&self, asked: &Asked, organisation: usize) -> Result<Vec<HostAnswer>, IndexError> {
        self.hosts_of(&mut self.prepare(asked), organisation)
    }

    /// A question made ready for the hosts of many organisations.
    pub fn prepare(&self, asked: &Asked) -> Prepared<'_> {
        Prepared { questions: self.questions(asked), inside: None }
    }

    /// As [`View::hosts`], of a question that is ready. Neighbours in the order of the index cost
    /// the least: what holds for their segment is worked out once.
    pub fn hosts_of(
        &self,
        prepared: &mut Prepared<'_>,
        organisation: usize,
    ) -> Result<Vec<HostAnswer>, IndexError> {
        let at = self.segments.iter().rposition(|segment| segment.first <= organisation);
        let Some((at, segment, view)) =
            at.and_then(|at| Some((at, self.index.segments.get(at)?, self.segments.get(at)?)))
        else {
            return Ok(Vec::new());
        };
        let own = segment.organisations().get(organisation - view.first);
        let Some((from, to)) = own.map(|own| own.hosts) else { return Ok(Vec::new()) };
        if prepared.questions.is_empty() {
            return Ok(Vec::new());
        }
        let inside = match prepared.inside.take().filter(|(known, _)| *known == at) {
            Some((_, inside)) => inside,
            None => self.inside(at, &mut prepared.questions)?,
        };
        let answers = (from..to)
            .map(|host| {
                let code = self.host_code(at, host, &prepared.questions, &inside);
                let [patch, software, _] = segment.days_of(host);
                let day = |day: u16| if day == 0 { None } else { day_of(i32::from(day) - 1) };
                HostAnswer {
                    id: segment.host_id(host),
                    code: aged(code, view, host),
                    patch_state: day(patch),
                    software: day(software),
                }
            })
            .collect();
        prepared.inside = Some((at, inside));
        Ok(answers)
    }

    /// The place of a host: segment and number. `None` if the index does not have it.
    pub fn organisation_of(&self, id: HostId) -> Option<usize> {
        self.index.segments.iter().zip(&self.segments).find_map(|(segment, view)| {
            let host = (0..segment.hosts()).find(|host| segment.host_id(*host) == id)?;
            Some(view.first + organisation_at(segment, host)?)
        })
    }

    /// Everything that is asked about and was public on the day.
    fn questions(&self, asked: &Asked) -> Vec<Question<'_>> {
        let known = asked
            .vulnerabilities
            .iter()
            .filter(|v| self.judging.question.asks(**v))
            .map(|v| Target::Known(*v));
        let unlisted = asked.unlisted.iter().map(|cve| Target::Unlisted(*cve));
        let nothing = asked.is_silent.then_some(Target::Nothing);
        known.chain(unlisted).chain(nothing).map(|target| self.question(target)).collect()
    }

    fn question(&self, target: Target) -> Question<'_> {
        let (matter, reference) = match target {
            Target::Known(v) => {
                (self.index.matters.matter(v, self.as_at_day), Some(VulnerabilityRef::Known(v)))
            }
            Target::Unlisted(cve) => (Matter::default(), Some(VulnerabilityRef::Unlisted(cve))),
            Target::Nothing => (Matter::default(), None),
        };
        let software = match target {
            Target::Known(v) if !matter.statements.is_empty() => {
                Some(SoftwareMatter::new(self.index, v, &matter, self.as_at_day))
            }
            _ => None,
        };
        Question {
            target,
            bases: self.bases(target, &matter),
            matter,
            software,
            claims: reference
                .and_then(|reference| self.claims.get(&reference))
                .map_or(&[][..], Vec::as_slice),
            named: None,
        }
    }

    /// Where no question is one of Windows: for each kind of silence what is said, which is all that
    /// tells systems apart.
    fn silent_codes(&self, questions: &[Question<'_>], bases: &[Base<'_>]) -> Option<Vec<Code>> {
        let is_silent = |question: &Question<'_>| match question.target {
            Target::Known(v) => self.index.matters.atom_of(v).is_none(),
            Target::Unlisted(_) | Target::Nothing => true,
        };
        if questions.is_empty() || !questions.iter().all(is_silent) {
            return None;
        }
        let mut codes = vec![Code::NONE; self.silences.len()];
        for (profile, base) in self.profiles.iter().zip(bases) {
            if let Some(code) = codes.get_mut(profile.silence as usize) {
                *code = base.of(0);
            }
        }
        Some(codes)
    }

    /// As `count_systems`, of organisations' sums by kind of silence instead of runs by profile.
    fn count_silent(&self, codes: &[Code], tally: &mut Tally) {
        for (code, column) in codes.iter().zip(&self.quiet_columns) {
            let too_old = match ages_with(*code) {
                Some(RestsOn::Software) => &column.software_too_old,
                _ => &column.patch_too_old,
            };
            tally.add_all(*code, &column.hosts, too_old);
        }
    }

    /// What is said of all hosts of an organisation where nothing speaks; `None` if not the same.
    fn only_code(&self, organisation: usize, silent: &[Code]) -> Option<Code> {
        let (from, to) = self.quiet_of.get(organisation).copied()?;
        let mut codes = self
            .quiet
            .get(from..to)?
            .iter()
            .map(|quiet| silent.get(quiet.silence as usize).copied().unwrap_or(Code::NONE));
        let first = codes.next()?;
        codes.all(|code| code == first).then_some(first)
    }

    fn count_systems(&self, bases: &[Base<'_>], tally: &mut Tally) {
        for (base, column) in bases.iter().zip(&self.columns) {
            match base {
                Base::Uniform(code) => {
                    let rests_on_software = ages_with(*code) == Some(RestsOn::Software);
                    let own = column.all.iter().map(|own| {
                        let old = if rests_on_software {
                            own.software_too_old
                        } else {
                            own.patch_too_old
                        };
                        (own.organisation, own.hosts, old)
                    });
                    tally.add_each(*code, own);
                }
                Base::Each(_) => {
                    for (signature, own) in (0..).zip(&column.signatures) {
                        let own =
                            own.iter().map(|own| (own.organisation, own.hosts, own.patch_too_old));
                        tally.add_each(base.of(signature), own);
                    }
                }
            }
        }
    }

    fn count_systems_of(&self, organisation: usize, bases: &[Base<'_>], tally: &mut Tally) {
        let (from, to) = self.runs_of.get(organisation).copied().unwrap_or_default();
        for run in self.runs.get(from..to).unwrap_or_default() {
            match bases.get(run.profile as usize) {
                Some(Base::Uniform(code)) => {
                    let old = match ages_with(*code) {
                        Some(RestsOn::Software) => run.software_too_old,
                        _ => run.patch_too_old,
                    };
                    tally.add(*code, organisation, run.to - run.from, old);
                }
                Some(Base::Each(codes)) => {
                    let (from, to) = (run.counts.0 as usize, run.counts.1 as usize);
                    for count in self.counts.get(from..to).unwrap_or_default() {
                        let code = codes.get(count.signature as usize);
                        let code = code.copied().unwrap_or(Code::NONE);
                        tally.add(code, organisation, count.hosts, count.too_old);
                    }
                }
                None => {}
            }
        }
    }

    /// What software and scanners say in a segment.
    fn inside(
        &self,
        at: usize,
        questions: &mut [Question<'_>],
    ) -> Result<Vec<InSegment>, IndexError> {
        let number = u32::try_from(at).unwrap_or(u32::MAX);
        let (Some(segment), Some(view)) = (self.index.segments.get(at), self.segments.get(at))
        else {
            return Ok(Vec::new());
        };
        let mut inside = Vec::with_capacity(questions.len());
        for question in questions {
            let layers = match &mut question.software {
                Some(software) => software.layers(self.index, (number, segment))?,
                None => None,
            };
            let mut claims: Vec<(u16, Claim)> = Vec::new();
            let from = question.claims.partition_point(|(segment, _)| *segment < number);
            let own = question.claims.get(from..).unwrap_or_default();
            for (_, finding) in own.iter().take_while(|(segment, _)| *segment == number) {
                let finding = *finding as usize;
                let Some((outcome, method)) = view.findings.get(finding).copied() else { continue };
                for row in segment.claims_of(finding, view.findings.len()) {
                    let claim = Claim { outcome, method, seen_on: row.seen_on };
                    claims.push((row.host, claim));
                }
            }
            claims.sort_by_key(|(host, _)| *host);
            let needs_named = layers.as_ref().is_some_and(|layers| !layers.only_named.is_empty());
            if needs_named
                && question.named.is_none()
                && let Target::Known(v) = question.target
            {
                question.named = Some(self.silences(v, &question.matter, true));
            }
            inside.push(InSegment { layers, claims });
        }
        Ok(inside)
    }

    /// Puts the hosts of a segment of which software or scanners speak under what holds for them.
    fn correct(
        &self,
        at: usize,
        questions: &mut [Question<'_>],
        bases: &[Base<'_>],
        silent: Option<&[Code]>,
        tally: &mut Tally,
    ) -> Result<(), IndexError> {
        let inside = self.inside(at, questions)?;
        let (Some(segment), Some(view)) = (self.index.segments.get(at), self.segments.get(at))
        else {
            return Ok(());
        };
        let mut one_by_one = Bits::new();
        match (&*questions, inside.as_slice()) {
            // Flaws of software alone are counted by organisation, not host by host.
            ([question], [InSegment { layers: Some(layers), claims }])
                if claims.is_empty()
                    && question
                        .bases
                        .iter()
                        .all(|base| matches!(base, Base::Uniform(code) if !code.is_spoken())) =>
            {
                self.correct_ranges((segment, view), layers, bases, silent, tally);
                one_by_one.clone_from(&layers.only_named);
            }
            ([_], [InSegment { layers: None, claims }]) if claims.is_empty() => {}
            _ => {
                one_by_one.resize(segment.hosts().div_ceil(64), 0);
                for (host, _) in inside.iter().flat_map(|own| &own.claims) {
                    set(&mut one_by_one, usize::from(*host));
                }
                for layers in inside.iter().filter_map(|own| own.layers.as_ref()) {
                    merge(&mut one_by_one, &layers.spoken);
                    merge(&mut one_by_one, &layers.only_named);
                }
            }
        }
        let mut organisation = 0;
        for host in each(&one_by_one) {
            while segment.organisations().get(organisation).is_some_and(|own| own.hosts.1 <= host) {
                organisation += 1;
            }
            let before = self.base_code(at, host, bases);
            let after = self.host_code(at, host, questions, &inside);
            let number = view.first + organisation;
            tally.take(before, number, 1, u32::from(is_too_old(before, view, host)));
            tally.add(after, number, 1, u32::from(is_too_old(after, view, host)));
        }
        Ok(())
    }

    /// Counts software in whole ranges of hosts.
    fn correct_ranges(
        &self,
        (segment, view): (&Segment<B>, &SegmentView),
        layers: &Layers,
        bases: &[Base<'_>],
        silent: Option<&[Code]>,
        tally: &mut Tally,
    ) {
        let [_, software_too_old, _] = &view.too_old;
        let organisations = segment.organisations();
        // Most software is on few hosts: from one of them to the next, over everybody else.
        let mut next = first_from(&layers.spoken, 0);
        while let Some(host) = next {
            let number = organisations.partition_point(|own| own.hosts.1 <= host);
            let Some((from, to)) = organisations.get(number).map(|own| own.hosts) else { break };
            next = first_from(&layers.spoken, to);
            let number = view.first + number;
            let spoken = count_in(&layers.spoken, from, to);
            for (code, bits) in &layers.by_code {
                let hosts =
                    if layers.by_code.len() == 1 { spoken } else { count_in(bits, from, to) };
                if hosts > 0 {
                    let old = count_both(bits, software_too_old, from, to);
                    tally.add(*code, number, hosts, old);
                }
            }
            let only = silent.and_then(|silent| self.only_code(number, silent));
            if let Some(only) = only.filter(|only| ages_with(*only).is_none()) {
                tally.take(only, number, spoken, 0);
                continue;
            }
            let (first, last) = self.runs_of.get(number).copied().unwrap_or_default();
            for run in self.runs.get(first..last).unwrap_or_default() {
                let (from, to) = (run.from as usize, run.to as usize);
                let hosts = count_in(&layers.spoken, from, to);
                if hosts > 0 {
                    let old = count_both(&layers.spoken, software_too_old, from, to);
                    let code = bases.get(run.profile as usize).map_or(Code::NONE, |b| b.of(0));
                    tally.take(code, number, hosts, old);
                }
            }
        }
    }

    fn cell(&self, at: usize, host: usize) -> (u32, u32) {
        let class = self.index.segments.get(at).map_or(0, |s| u16_at(s.class_of(), host));
        self.index
            .class_numbers
            .get(at)
            .and_then(|numbers| numbers.get(usize::from(class)))
            .and_then(|class| self.cells.get(*class as usize))
            .copied()
            .unwrap_or((0, 0))
    }

    fn base_code(&self, at: usize, host: usize, bases: &[Base<'_>]) -> Code {
        let (profile, signature) = self.cell(at, host);
        bases.get(profile as usize).map_or(Code::NONE, |base| base.of(signature))
    }

    /// The verdict on one host before it is aged: the worst of all that is asked.
    fn host_code(
        &self,
        at: usize,
        host: usize,
        questions: &[Question<'_>],
        inside: &[InSegment],
    ) -> Code {
        let mut worst = Code::NONE;
        for (question, own) in questions.iter().zip(inside) {
            let code = self.code_on(at, host, question, own);
            if code.rank() < worst.rank() {
                worst = code;
            }
        }
        worst
    }

    /// The verdict on one host for one vulnerability.
    fn code_on(&self, at: usize, host: usize, question: &Question<'_>, own: &InSegment) -> Code {
        let (profile, signature) = self.cell(at, host);
        let system = question.bases.get(profile as usize).map_or(Code::NONE, |b| b.of(signature));
        let software = own.layers.as_ref().and_then(|layers| layers.of(host));
        let code = match software {
            Some(software) if !system.is_spoken() || software.rank() < system.rank() => software,
            Some(_) => system,
            None if system.is_spoken() => system,
            None => {
                let is_named = own.layers.as_ref().is_some_and(|layers| layers.names(host));
                let silence = self.profiles.get(profile as usize).map_or(0, |p| p.silence);
                let named = question.named.as_ref().filter(|_| is_named);
                named.and_then(|named| named.get(silence as usize)).copied().unwrap_or(system)
            }
        };
        let number = u16::try_from(host).unwrap_or(u16::MAX);
        let claims = own.claims_on(number);
        if claims.is_empty() {
            return code;
        }
        let Some(kind) = code.kind() else { return code };
        let before = Weighing { verdict: code.verdict(), kind, is_spoken: code.is_spoken() };
        let fixed_on = || match question.target {
            Target::Known(v) if system.verdict() == Verdict::Fixed => self.fixed_on(at, number, v),
            _ => None,
        };
        let fixed_on = std::cell::LazyCell::new(fixed_on);
        let mut claims: Vec<Claim> = claims.iter().map(|(_, claim)| *claim).collect();
        let (verdict, kind) = weigh(before, &mut claims, &|| *fixed_on);
        Code::new(verdict, kind, true)
    }
}

/// The worst of the answers on several vulnerabilities, the first of equal ones.
fn combined<'v>(questions: &[Question<'v>]) -> Vec<Base<'v>> {
    let Some((first, rest)) = questions.split_first() else { return Vec::new() };
    let mut bases = first.bases.clone();
    for question in rest {
        for (base, other) in bases.iter_mut().zip(&question.bases) {
            let worse =
                |one: Code, other: Code| if other.rank() < one.rank() { other } else { one };
            *base = match (&*base, other) {
                (Base::Uniform(one), Base::Uniform(other)) => Base::Uniform(worse(*one, *other)),
                (Base::Each(one), other) => Base::Each(
                    (0..).zip(one.iter()).map(|(at, one)| worse(*one, other.of(at))).collect(),
                ),
                (Base::Uniform(one), Base::Each(other)) => {
                    Base::Each(other.iter().map(|other| worse(*one, *other)).collect())
                }
            };
        }
    }
    bases
}

fn merge(into: &mut [u64], from: &[u64]) {
    into.iter_mut().zip(from).for_each(|(to, from)| *to |= from);
}

fn organisation_at<B: AsRef<[u8]>>(segment: &Segment<B>, host: usize) -> Option<usize> {
    segment.organisations().iter().position(|own| own.hosts.0 <= host && host < own.hosts.1)
}

fn is_too_old(code: Code, view: &SegmentView, host: usize) -> bool {
    let [patch, software, findings] = &view.too_old;
    match ages_with(code) {
        Some(RestsOn::PatchState) => is_in(patch, host),
        Some(RestsOn::Software) => is_in(software, host),
        Some(RestsOn::Findings) => is_in(findings, host),
        Some(RestsOn::Nothing) | None => false,
    }
}

fn aged(code: Code, view: &SegmentView, host: usize) -> AnswerCode {
    let (verdict, reason) = (code.verdict(), code.kind().unwrap_or(ReasonKind::NotInKnowledge));
    if is_too_old(code, view, host) {
        return AnswerCode {
            verdict: Verdict::Unknown,
            reason: ReasonKind::Stale,
            last_known: Some(verdict),
        };
    }
    AnswerCode { verdict, reason, last_known: None }
}
