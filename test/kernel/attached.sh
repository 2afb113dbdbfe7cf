# Under the kernel: a key that is attached over USB/IP. `usbip` is Debian's, unpacked. What is to be done with it comes behind; `finish` ends it.
set -eu
cd "$repository"
node bin/stuntkey.js serve --usbip --store /run/key --yes --json >/run/served 2>&1 &
key=$!
for _ in $(seq 600); do
  grep -q usbip /run/served && break
  kill -0 $key || { cat /run/served; exit 1; }
  sleep 0.1
done

# The node of the key, once the kernel has made it; no udev runs here, and what it would have noted is noted.
attach() {
  "$usbip" attach -r 127.0.0.1 -b 1-1
  for _ in $(seq 600); do
    [ -e /dev/hidraw0 ] && break
    sleep 0.1
  done
  mkdir -p /run/udev/data
  echo I:1 >"/run/udev/data/c$(cat /sys/class/hidraw/hidraw0/dev)"
}

finish() {
  kill $key
  wait $key
}
