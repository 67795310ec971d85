-- The walls of the thirteenth migration: what was read for a decision is the staff's, and stays.
alter table considered_paper enable row level security;
create policy seen on considered_paper using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = considered_paper.case_id))
) with check (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = considered_paper.case_id))
);
revoke update, delete, truncate on considered_paper from {app};

-- The organization chart is ended, never removed: independence is judged as of any day.
revoke delete, truncate on reporting_line from {app};
