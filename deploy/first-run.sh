#!/bin/sh
# Before the services: gives each its database role and schema, and makes the first admin key. Does nothing that is done already.
set -eu
node tools/dist/ship/first-run.js
if [ -s "$WARREN_KEYS_FILE" ]; then
  echo "Keys are there already; another one: docker compose run --rm first-run node apps/warren/cli/dist/main.js key --role operator"
else
  echo "The admin key. It is shown this once, only its hash is kept:"
  node apps/warren/cli/dist/main.js key --role admin --name first-run
fi
