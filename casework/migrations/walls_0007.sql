-- The walls of the seventh migration: a request for a file is seen by whoever sees its case; what is
-- withheld, and from whom it came, by the staff alone.
alter table case_file_request enable row level security;
create policy seen on case_file_request using (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = case_file_request.case_id)
) with check ((select app_reach()) <> 'none');

alter table withheld_part enable row level security;
create policy seen on withheld_part using (
  (select app_reach()) = 'all'
  or ((select app_reach()) = 'contracts'
      and exists (select 1 from cases c where c.id = withheld_part.case_id))
) with check ((select app_reach()) in ('all', 'contracts'));
