-- The walls of the third migration: another form of a letter is seen by whoever sees its case.
alter table letter_edition enable row level security;
create policy seen on letter_edition using (
  (select app_reach()) = 'all'
  or exists (select 1 from cases c where c.id = letter_edition.case_id)
) with check ((select app_reach()) <> 'none');
