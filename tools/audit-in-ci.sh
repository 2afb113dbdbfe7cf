#!/usr/bin/env bash
# An audit in CI: starts a server, waits for it, audits it, and writes every report. What it is told is in the environment:
#   AUDIT_TARGET    a URL, or a file that describes the server
#   AUDIT_START     a shell command that starts the server; empty for one that runs already
#   AUDIT_WAIT_FOR  a URL that answers when the server is up; by default the target, where that is a URL
#   AUDIT_PROFILE, AUDIT_FAIL_ON, AUDIT_BASELINE, AUDIT_ARGS    as the options of stuntkey audit
#   AUDIT_REPORTS   a folder for the reports; by default stuntkey-audit
#   STUNTKEY        the command; by default npx --yes stuntkey
# It ends with the exit code of stuntkey audit: 0, 3 for findings, 4 for no verdict.
set -u
target=${AUDIT_TARGET:?expected AUDIT_TARGET, a URL or a file}
reports=${AUDIT_REPORTS:-stuntkey-audit}
wait_for=${AUDIT_WAIT_FOR:-}
case $target in http://* | https://*) wait_for=${wait_for:-$target} ;; esac
mkdir -p "$reports"

server=
stop() { [ -z "$server" ] || kill -- "-$server" 2>/dev/null || true; }
trap stop EXIT
if [ -n "${AUDIT_START:-}" ]; then
  # A group of its own, so that what it starts ends with it.
  set -m
  bash -c "$AUDIT_START" >"$reports/server.log" 2>&1 &
  server=$!
  set +m
fi
if [ -n "$wait_for" ]; then
  for _ in $(seq "${AUDIT_PATIENCE:-60}"); do
    # Any answer will do: that a page is not there says that the server is.
    node -e 'fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(1))' "$wait_for" && up=1 && break
    # A server that has ended will not answer any more.
    [ -z "$server" ] || kill -0 "$server" 2>/dev/null || break
    sleep 1
  done
  if [ -z "${up:-}" ]; then
    echo "audit: nothing answers at $wait_for; the server said:" >&2
    [ ! -f "$reports/server.log" ] || tail -n 20 "$reports/server.log" >&2
    exit 4
  fi
fi

options=(--profile "${AUDIT_PROFILE:-passkey}")
[ -z "${AUDIT_FAIL_ON:-}" ] || options+=(--fail-on "$AUDIT_FAIL_ON")
[ -z "${AUDIT_BASELINE:-}" ] || options+=(--baseline "$AUDIT_BASELINE")
# Split on purpose: these are several words.
# shellcheck disable=SC2206
options+=(${AUDIT_ARGS:-})
${STUNTKEY:-npx --yes stuntkey} audit "$target" "${options[@]}" \
  --html "$reports/report.html" --junit "$reports/report.xml" --sarif "$reports/report.sarif" --markdown "$reports/report.md"
code=$?
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || [ ! -f "$reports/report.md" ] || cat "$reports/report.md" >>"$GITHUB_STEP_SUMMARY"
[ -z "${GITHUB_OUTPUT:-}" ] || echo "reports=$reports" >>"$GITHUB_OUTPUT"
exit "$code"
