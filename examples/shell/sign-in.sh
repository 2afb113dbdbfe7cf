#!/usr/bin/env bash
# Registers with a login server and signs in, twice, by curl and stuntkey alone:
#
#   sign-in.sh http://127.0.0.1:3000 http://localhost:3000
#
# The first is where to reach the server, the second the origin that its pages have.
set -euo pipefail
url=$1
export STUNTKEY_ORIGIN=${2:-$1} STUNTKEY_YES=1

cookies=$(mktemp)
trap 'rm -f "$cookies"' EXIT

# Sends what is on stdin; the session's cookie goes along.
post() {
  curl --silent --show-error --fail -b "$cookies" -c "$cookies" -H 'content-type: application/json' -d @- "$url$1"
}

echo '{"username":"ada"}' | post /register/options | stuntkey create | post /register/verify
echo
for _ in 1 2; do
  echo '{}' | post /login/options | stuntkey get | post /login/verify
  echo
done
