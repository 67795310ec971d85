#!/bin/sh
# Runs once in a new PostgreSQL container: the owner of the tables, and the application that may
# insert into the history and never change it.
set -eu
psql -v ON_ERROR_STOP=1 -U postgres \
  -v owner_password="$OWNER_PASSWORD" -v app_password="$APP_PASSWORD" <<'SQL'
create role casework_owner login password :'owner_password';
create role casework_app login password :'app_password';
create database casework owner casework_owner;
SQL
