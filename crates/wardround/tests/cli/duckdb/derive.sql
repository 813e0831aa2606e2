-- Verdicts, derived a second time: in SQL, by DuckDB, from what an export says of hosts and of the
-- world. Nothing here reads the export's own verdicts; `compare.py` does, at the end.
--
-- What is left out, and stands in `left_out` so that it is counted: hosts of which a scanner has
-- findings, which are weighed against the evidence by rules of their own.

create macro severity(verdict) as
  list_position(['not_affected', 'fixed', 'mitigated', 'unknown', 'affected'], verdict);
create macro surest(effect) as
  list_position(['in_effect', 'same_day', 'unclear', 'pending_restart'], effect);
-- Releases that share one code base carry the same revisions.
create macro branch(major, minor, build) as [major, minor, case
  when build in (18362, 18363) then 18362
  when build between 19041 and 19045 then 19041
  when build in (22621, 22631) then 22621
  when build in (26100, 26200) then 26100
  else build end];

create table left_out as select organisation, host from hosts where findings > 0;
create table judged as
  select * from hosts anti join left_out using (organisation, host);

-- Windows: which products of the knowledge speak of a host.
create table speaks as
with fits as (
  select h.organisation, h.host, h.core as is_core, p.product, p.core, p.horizon_kb, p.horizon_on,
    bool_or(p.core) over one as has_core, bool_or(not p.core) over one as has_full
  from judged h join knowledge_products p
    on h.system = p.family and h.service_pack = p.service_pack
    and h.release is not distinct from p.release
    and (h.architecture is null or p.architecture is null or h.architecture = p.architecture)
  where h.platform = 'windows' and h.level_shown
  window one as (partition by h.organisation, h.host)
)
select organisation, host, product, horizon_kb, horizon_on from fits
where core = ((is_core and has_core) or not has_full);

-- What each update brings: itself, what it supersedes, and what that supersedes.
create table brings as
with recursive down(product, kb, below) as (
  select product, kb, kb from knowledge_updates
  where product in (select product from knowledge_fixes)
  union
  select d.product, d.kb, s.supersedes
  from down d join knowledge_supersedence s on s.product = d.product and s.kb = d.below
)
select * from down;

create table fix_groups as
select f.advisory, f.product, f.fix_group, bool_or(f.no_fix_exists) as no_fix_exists,
  bool_or(f.component is not null) as is_component, count(f.kb) as alternatives,
  min(u.published) as first_fix
from knowledge_fixes f left join knowledge_updates u on u.product = f.product and u.kb = f.kb
group by all;

-- The surest installed update that brings a fix, and whether one came after the build was read.
create table brought as
select s.organisation, s.host, f.advisory, f.product, f.fix_group, min(surest(u.effect)) as effect,
  bool_or(u.installed_earliest > h.build_read_on) as is_since_build
from speaks s
join judged h using (organisation, host)
join knowledge_fixes f on f.product = s.product and f.kb is not null
join brings b on b.product = f.product and b.below = f.kb
join updates u on u.organisation = s.organisation and u.host = s.host and u.kb = b.kb
group by all;

-- What the build says, where the evidence has its revision.
create table by_build as
select s.organisation, s.host, f.advisory, f.product, f.fix_group,
  bool_or(h.build_revision >= f.build_revision) as is_past
from speaks s
join judged h using (organisation, host)
join knowledge_fixes f on f.product = s.product and f.build is not null
where h.build_revision is not null
  and branch(h.build_major, h.build_minor, h.build) = branch(f.build_major, f.build_minor, f.build)
group by all;

-- A build that an installed update brings, though the evidence does not show it.
create table implied as
select distinct s.organisation, s.host, f.advisory, f.product, f.fix_group
from speaks s
join updates u on u.organisation = s.organisation and u.host = s.host and surest(u.effect) <= 2
join knowledge_updates k on k.product = s.product and k.kb = u.kb and k.build is not null
join knowledge_fixes f on f.product = s.product and f.build is not null
where branch(k.build_major, k.build_minor, k.build) = branch(f.build_major, f.build_minor, f.build)
  and k.build_revision >= f.build_revision;

-- Installed updates that may contain a fix: newer than the knowledge, or of unproved content.
create table newer as
select distinct s.organisation, s.host, s.product
from speaks s
join updates u on u.organisation = s.organisation and u.host = s.host
where u.effect <> 'pending_restart' and s.horizon_kb is not null
  and u.kb not in (select kb from knowledge_updates)
  and (u.kb > s.horizon_kb or (u.installed_earliest is not null
    and (s.horizon_on is null or u.installed_earliest > s.horizon_on)));
create table unproved as
select s.organisation, s.host, s.product, max(k.published) as latest
from speaks s
join updates u on u.organisation = s.organisation and u.host = s.host
join knowledge_updates k on k.product = s.product and k.kb = u.kb
where u.effect <> 'pending_restart' and k.kind = 'unverified_container'
group by all;

create table of_groups as
select s.organisation, s.host, g.advisory, case
    when b.is_past and not g.is_component then 'fixed'
    when b.is_past then 'fixed'
    when b.is_past = false and not g.is_component and not coalesce(i.is_since_build, false)
      then 'affected'
    when i.effect <= 2 then 'fixed'
    when m.host is not null then 'fixed'
    when g.is_component then 'unknown'
    when i.effect is not null and (n.host is not null or p.latest >= g.first_fix) then 'unknown'
    when i.effect = 3 then 'unknown'
    when i.effect = 4 then 'affected'
    when g.alternatives = 0 and g.no_fix_exists then 'affected'
    when g.alternatives = 0 then 'unknown'
    when g.first_fix > $as_at then 'affected'
    when h.update_list is distinct from 'complete' then 'unknown'
    when n.host is not null or p.latest >= g.first_fix then 'unknown'
    else 'affected' end as verdict
from speaks s
join judged h using (organisation, host)
join fix_groups g on g.product = s.product
left join brought i on (i.organisation, i.host, i.advisory, i.product, i.fix_group)
  = (s.organisation, s.host, g.advisory, g.product, g.fix_group)
left join by_build b on (b.organisation, b.host, b.advisory, b.product, b.fix_group)
  = (s.organisation, s.host, g.advisory, g.product, g.fix_group)
left join implied m on (m.organisation, m.host, m.advisory, m.product, m.fix_group)
  = (s.organisation, s.host, g.advisory, g.product, g.fix_group)
left join newer n on (n.organisation, n.host, n.product) = (s.organisation, s.host, s.product)
left join unproved p on (p.organisation, p.host, p.product) = (s.organisation, s.host, s.product);

-- The worst group counts; a setting that is off takes the edge off what is affected.
create table of_windows as
select g.organisation, g.host, g.advisory, arg_max(v, severity(v)) as verdict
from (select o.organisation, o.host, o.advisory, case when o.verdict = 'affected' and exists (
          select 1 from knowledge_mitigations m join judged h
            on h.organisation = o.organisation and h.host = o.host
          where m.advisory = o.advisory
            and list_contains(string_split(coalesce(h.settings_off, ''), ','), m.setting))
        then 'mitigated' else o.verdict end as v
      from of_groups o) g
group by all;

-- Everything that is asked about Windows, of every host.
create table windows_answers as
select h.organisation, h.host, a.advisory, case
    when w.verdict is not null then w.verdict
    -- Released on 2017-04-05, after the bulletin: the fix is in it from its first day
    -- (Microsoft, "Windows 10 Home and Pro lifecycle").
    when h.platform = 'windows' and h.system = 'Windows 10' and h.release = '1703' then 'not_affected'
    when h.platform = 'linux' then 'not_affected'
    else 'unknown' end as verdict,
  h.patch_state_on as seen_on
from judged h
cross join (select distinct advisory from knowledge_fixes) a
left join of_windows w on (w.organisation, w.host, w.advisory) = (h.organisation, h.host, a.advisory);

-- Software: versions against the ranges that are stated. `place` orders versions: compare.py fills it
-- by each ecosystem's own rules.
create table stated as
select s.advisory, s.platform, s.upper, split_part(s.key, '/', 1) as kind,
  split_part(s.key, '/', -1) as name, split_part(s.key, '/', 2) as of
from knowledge_statements s
where s.status = 'affected' and s.lower is null and s.upper is not null and not s.upper_included;
create table of_software as
select h.organisation, h.host, t.advisory, case
    when i.version is null or v.place is null or u.place is null then 'unknown'
    when v.place < u.place then 'affected'
    else 'fixed' end as verdict
from judged h
join items i using (organisation, host)
join stated t on (t.kind = 'deb' and i.ecosystem = 'dpkg' and h.system = t.of
    and (t.platform is null or h.release = t.platform) and t.name in (i.name, i.source))
  or (t.kind = 'name' and i.ecosystem not in ('dpkg', 'rpm', 'apk') and i.purl is null
    and lower(i.name) = t.name)
left join places v on v.kind = t.kind and v.version = i.version
left join places u on u.kind = t.kind and u.version = t.upper;
create table software_answers as
select h.organisation, h.host, a.advisory,
  coalesce(arg_max(s.verdict, severity(s.verdict)), 'unknown') as verdict, h.software_on as seen_on
from judged h
cross join (select distinct advisory from stated) a
left join of_software s on (s.organisation, s.host, s.advisory) = (h.organisation, h.host, a.advisory)
group by h.organisation, h.host, a.advisory, h.software_on;

-- Evidence ages: patch state after fourteen days, lists of software after thirty; then nobody can tell.
create table derived as
with aged as (
  select *, seen_on is null or $as_at - seen_on > days as is_too_old
  from (select *, 14 as days from windows_answers union all select *, 30 from software_answers)
)
select organisation, host, advisory, if(is_too_old, 'unknown', verdict) as verdict,
  if(is_too_old and verdict <> 'unknown', verdict, null) as last_known
from aged;
