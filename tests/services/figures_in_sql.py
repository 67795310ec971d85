"""The public figures a second time, another person's way: one plain SQL statement over the events,
written from the text of 42 CFR 422.122(c), 438.210(f) and 45 CFR 156.223(c) and from the readings
that the page prints. It shares no line with the product."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

# Every request and appeal of the base that ever came to an end, with what the rule says of it.
ENDED = """
with event as (select * from case_event where recorded_at <= :as_of),
decision as (
  select case_id, seq, occurred_at,
         case event when 'denied' then 'denied' when 'partially_approved' then 'partial'
                    when 'upheld' then 'upheld' when 'overturned' then 'overturned'
                    when 'partially_overturned' then 'partial' else 'approved' end as outcome
  from event
  where event in ('approved', 'deemed_approved', 'partially_approved', 'denied',
                  'upheld', 'overturned', 'partially_overturned')
),
told as (
  select e.case_id, min(e.seq) as seq
  from event e
  where (e.event = 'oral_notice_given'
         or e.event = 'notice_sent' and e.notice_kind in ('favorable', 'adverse', 'resolution'))
    and exists (select 1 from decision d where d.case_id = e.case_id and d.seq < e.seq)
  group by e.case_id
),
counted as (
  select distinct on (d.case_id) d.*
  from decision d left join told t on t.case_id = d.case_id
  where t.seq is null or d.seq < t.seq
  order by d.case_id, d.seq desc
),
ending as (
  select distinct on (case_id) case_id, seq, occurred_at, event as outcome
  from event where event in ('withdrawn', 'dismissed', 'dismissal_vacated')
  order by case_id, seq desc
),
ended as (
  select c.case_id, c.seq, c.occurred_at as at, c.outcome, true as decided from counted c
  union all
  select e.case_id, e.seq, e.occurred_at, e.outcome, false from ending e
  where e.outcome <> 'dismissal_vacated'
    and not exists (select 1 from counted c where c.case_id = e.case_id)
),
receipt as (
  select case_id,
         coalesce(
           (array_agg((facts::json ->> 'received_at')::timestamptz order by seq desc)
            filter (where event = 'receipt_corrected'))[1],
           (array_agg(occurred_at order by seq) filter (where event = 'received'))[1]) as at
  from event where event in ('received', 'receipt_corrected') group by case_id
),
faster as (
  select case_id, seq, occurred_at as at,
         case event when 'expedite_granted' then 'expedited' else 'standard' end as priority
  from event where event in ('expedite_granted', 'expedite_refused')
),
only_drugs as (
  select c.id from cases c
  where c.service in ('outpatient_drug', 'part_b_drug')
     or (select bool_and(l.system = 'ndc' or upper(l.code) ~ '^(J[0-9]{4}|Q51[0-9]{2})$')
         from request_line l where l.case_id = c.id)
),
origin as (  -- the request that an appeal is about
  select a.case_id, a.about_case_id as request_id from appeal a
  where a.dispute_about = 'service' and a.about_case_id is not null
),
each as (
  select c.id, c.ref, c.kind, k.code as contract, k.line, k.state,
         e.at, e.outcome, e.decided, r.at as received, q.id as request_id,
         coalesce((select f.priority from faster f
                   where f.case_id = q.id
                     and f.at <= case c.kind when 'appeal' then r.at else e.at end
                   order by f.seq desc limit 1), q.priority) as priority,
         exists (select 1 from event x where x.case_id = c.id and x.event = 'extended'
                                         and x.seq < e.seq) as extended,
         case when q.id in (select id from only_drugs) then 'drug'
              when q.timing = 'post_service' then 'afterwards'
              when not q.pa_required then 'not_required' else '' end as excluded,
         extract(year from e.at at time zone (v.terms ->> 'time_zone')) as year
  from ended e
  join cases c on c.id = e.case_id
  join receipt r on r.case_id = c.id
  join contract k on k.id = c.contract_id
  join contract_version v on v.id = c.contract_version_id
  left join origin o on o.case_id = c.id
  join cases q on q.id = case c.kind when 'appeal' then o.request_id else c.id end
  where c.kind in ('prior_auth', 'appeal')
)
"""
_UNIT = "(case line when 'marketplace' then lower(state) || '-issuer' else lower(contract) end)"
ROWS = (
    ENDED
    + f"""
select ref, kind, outcome, decided, priority, extended, excluded,
       extract(epoch from at - received) as seconds
from each where {_UNIT} = :unit and year = :year
  and not (kind = 'appeal' and (excluded <> '' or not decided))
order by ref
"""
)
TIMES = (
    ENDED
    + f"""
select priority, count(*) as cases, avg(extract(epoch from at - received)) / 3600 as mean,
       percentile_cont(0.5) within group (order by extract(epoch from at - received)) / 3600
         as median
from each
where {_UNIT} = :unit and year = :year and kind = 'prior_auth' and decided and excluded = ''
group by priority
"""
)


@dataclass(frozen=True)
class Second:
    """The second computation of one unit's year: the rows that make it up, and the times."""

    rows: tuple[Any, ...]
    times: dict[str, Any]

    def refs(self, **wanted: Any) -> set[str]:
        """The numbers of the requests that count, with these values; `outcome` may be several."""
        return {
            row.ref
            for row in self.rows
            if row.kind == wanted.get("kind", "prior_auth")
            and row.decided
            and not row.excluded
            and row.priority in wanted.get("priority", ("standard", "expedited"))
            and row.outcome in wanted.get("outcome", (row.outcome,))
            and (row.extended or not wanted.get("extended"))
        }

    def left_out(self) -> dict[str, set[str]]:
        """Why others are in no percentage: drugs, services already given, ended otherwise."""
        found: dict[str, set[str]] = {}
        for row in self.rows:
            why = row.excluded if row.decided else row.outcome
            if row.kind == "prior_auth" and why and (row.excluded or not row.decided):
                found.setdefault(why, set()).add(row.ref)
        return found


def second(connection: Connection, *, unit: str, year: int, as_of: Any) -> Second:
    """Compute the year of a unit from the events alone."""
    given = {"unit": unit, "year": year, "as_of": as_of}
    rows = tuple(connection.execute(text(ROWS), given))
    times = {row.priority: row for row in connection.execute(text(TIMES), given)}
    return Second(rows, times)
