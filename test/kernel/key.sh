# Under the kernel: a key at /dev/uhid. What is to be done with it comes behind; `finish` ends it.
set -eu
cd "$repository"
node bin/stuntkey.js serve --uhid --store /run/key --yes --json >/run/served 2>&1 &
key=$!
for _ in $(seq 600); do
  [ -e /dev/hidraw0 ] && break
  kill -0 $key || { cat /run/served; exit 1; }
  sleep 0.1
done
# No udev runs here; this is what it would have noted.
mkdir -p /run/udev/data
echo I:1 >"/run/udev/data/c$(cat /sys/class/hidraw/hidraw0/dev)"

finish() {
  kill $key
  wait $key
}
