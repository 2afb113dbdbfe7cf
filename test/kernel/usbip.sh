# Under the kernel: Debian's usbip lists the key, and takes it in and lets it go.
"$usbip" list -r 127.0.0.1 2>/dev/null | sed 's/^/usbip list: /'
attach
echo "usbip: attached"
"$usbip" port 2>/dev/null | sed 's/^/usbip port: /'
echo "usbip: $(cat /sys/class/hidraw/hidraw0/device/uevent | tr '\n' ' ')"
"$usbip" attach -r 127.0.0.1 -b 1-1 2>&1 | sed 's/^/usbip again: /' || true
