-- The walls of migration 0025. What people were told is never changed; it is ended, once.
revoke delete, truncate on announcement, announcement_seen from {app};
create function announcement_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.ended_at is not null or (
    new.audience, new.text_en, new.text_es, new.path, new.ask, new.reason, new.from_at,
    new.until_at, new.written_at, new.written_by_id
  ) is distinct from (
    old.audience, old.text_en, old.text_es, old.path, old.ask, old.reason, old.from_at,
    old.until_at, old.written_at, old.written_by_id
  ) then
    raise exception 'Announcement % stays as it was said: end it and say it anew.', old.id
      using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger announcement_stays before update or delete on announcement
  for each row execute function announcement_stays();

-- Each person says for himself what he has seen; the house counts.
alter table announcement_seen enable row level security;
create policy own on announcement_seen using (
  (select app_reach()) = 'all' or user_id = (select app_user())
) with check (
  (select app_user()) <> 0 and user_id = (select app_user())
);
