# Under the kernel: the key is unplugged by its client, and plugged in again.
cd "$repository"
"$usbip" detach -p 0 2>/dev/null || true
for _ in $(seq 600); do
  [ -e /dev/hidraw0 ] || break
  sleep 0.1
done
echo "usbip: detached, $(ls /dev/hidraw* 2>/dev/null | wc -l) nodes"
attach
echo "usbip: attached again, $(fido2-token -L)"
