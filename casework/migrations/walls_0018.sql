-- The walls of the eighteenth migration: what readers marked in papers is the staff's alone.
alter table paper_mark enable row level security;
create policy seen on paper_mark using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = paper_mark.case_id))
) with check (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = paper_mark.case_id))
);
revoke delete, truncate on paper_mark from {app};

-- Tries to reach a physician are written once and stay.
alter table talk_try enable row level security;
create policy seen on talk_try using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = talk_try.case_id))
) with check (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = talk_try.case_id))
);
revoke update, delete, truncate on talk_try from {app};
