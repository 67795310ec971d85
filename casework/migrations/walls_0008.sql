-- The walls of the eighth migration: a coversheet is seen by whoever sees its case.
alter table coversheet enable row level security;
create policy seen on coversheet using (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = coversheet.case_id)
) with check ((select app_reach()) <> 'none');
