-- The walls of migration 0024. What a rule said, and how a queue was, is history: written once.
revoke update, delete, truncate on queue_rule, queue_change from {app};
revoke delete, truncate on queue, queue_move from {app};
create function queue_stays() returns trigger language plpgsql as $$
begin
  raise exception 'What the queues were told to do is never changed: write the next version.'
    using errcode = 'insufficient_privilege';
end $$;
create trigger queue_stays before update or delete on queue_rule
  for each row execute function queue_stays();
create trigger queue_stays before update or delete on queue_change
  for each row execute function queue_stays();

-- The queues that the steps of the work name stand in every house, with the roles that work them.
insert into queue (code, name, position, step, roles) values
  ('review', 'Nurse review', 0, '', '["nurse"]'),
  ('physician', 'Physician review', 1, '', '["physician"]'),
  ('appeals', 'Appeals', 2, '', '["ag_specialist"]'),
  ('appeal_review', 'Appeal review', 3, '', '["ag_clinician"]'),
  ('disputes', 'Payment disputes', 4, '', '["ag_specialist"]'),
  ('grievances', 'Grievances', 5, '', '["ag_specialist"]'),
  ('external_review', 'External reviews', 6, '', '["ag_specialist"]')
on conflict (code) do update set roles = excluded.roles;
