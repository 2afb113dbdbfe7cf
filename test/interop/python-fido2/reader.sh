# PC/SC in a network of its own, for vsmartcard's reader listens on every address: pcscd, a key at its reader, and python-fido2.
#
#   unshare --net bash reader.sh REPOSITORY FOLDER
set -eu
ip link set lo up
/usr/sbin/pcscd --foreground --debug --config "$2/reader.conf" >"$2/pcscd.log" 2>&1 &
pcscd=$!
key=
trap 'kill $pcscd $key; wait' EXIT
until grep -q 'daemon ready' "$2/pcscd.log"; do
  kill -0 $pcscd || { cat "$2/pcscd.log" >&2; exit 1; }
  sleep 0.1
done
node "$1/bin/stuntkey.js" serve --vpcd --model yubikey-5-nfc --store "$2/key" --yes --json </dev/null >"$2/served" 2>&1 &
key=$!
until grep -q '"vpcd"' "$2/served"; do
  kill -0 $key || { cat "$2/served" >&2; exit 1; }
  sleep 0.1
done
/usr/bin/python3 "$1/test/interop/python-fido2/reader.py" $key
