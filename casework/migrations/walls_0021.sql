-- The walls of the twenty-first migration: which case a forecast counts, and which decision was drawn
-- for a second look, is seen by the staff that sees the case; by no office and no member. Only the
-- worker writes forecasts.
alter table forecast_case enable row level security;
create policy seen on forecast_case using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = forecast_case.case_id))
) with check ((select app_reach()) = 'all');

alter table sampled_case enable row level security;
create policy seen on sampled_case using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = sampled_case.case_id))
) with check ((select app_reach()) in ('all', 'contracts'));
