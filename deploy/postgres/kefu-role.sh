#!/bin/sh
# Runs once, when the database is made: kefu's own role. It is an ordinary one, because row-level security, which
# keeps tenants apart, does not bind a superuser.
set -eu
psql --set ON_ERROR_STOP=1 --set password="$KEFU_DATABASE_PASSWORD" --username postgres --dbname postgres <<'SQL'
create role kefu login nosuperuser nobypassrls password :'password';
create database kefu owner kefu encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' template template0;
SQL
