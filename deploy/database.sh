#!/bin/sh
# Runs once, in an empty database of compose.yaml: the bot's role owns its tables and is no superuser,
# and the superuser has no password, so that nobody comes in as him over the network.
set -eu
psql --set=ON_ERROR_STOP=1 --set=password="$POSTGRES_PASSWORD" --username=postgres --dbname=postgres <<'SQL'
CREATE ROLE mcu LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE mcu OWNER mcu;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
ALTER ROLE postgres PASSWORD NULL;
SQL
