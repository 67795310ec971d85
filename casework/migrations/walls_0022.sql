-- The walls of the twenty-second migration: which cases stand behind a public number is seen by the
-- staff that sees the case; what was counted and what was published stays as it was written.
alter table year_case enable row level security;
create policy seen on year_case using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = year_case.case_id))
) with check ((select app_reach()) = 'all');
revoke update, delete, truncate on year_case, published_figures from {app};
create trigger history_stays before update or delete on year_case
  for each row execute function history_stays();
create trigger history_stays_whole before truncate on year_case
  for each statement execute function history_stays();
create trigger history_stays before update or delete on published_figures
  for each row execute function history_stays();
create trigger history_stays_whole before truncate on published_figures
  for each statement execute function history_stays();
