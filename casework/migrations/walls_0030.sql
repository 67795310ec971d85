-- The walls of the thirtieth migration. What an office says of a case is read by whoever sees the
-- case; it stays as it was said.
alter table office_answer enable row level security;
create policy seen on office_answer using (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = office_answer.case_id)
) with check (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = office_answer.case_id)
);
revoke update, delete, truncate on office_answer from {app};
