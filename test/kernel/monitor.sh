# Under the kernel: usbmon captures while fido2-token talks to the key. The capture goes to the console, in base64.
dumpcap -q -i usbmon0 -w /run/usb.pcapng 2>/run/dumpcap.log &
monitor=$!
for _ in $(seq 600); do
  [ -s /run/usb.pcapng ] && break
  kill -0 $monitor || { cat /run/dumpcap.log; exit 1; }
  sleep 0.1
done
fido2-token -I /dev/hidraw0 >/dev/null
# What the kernel has, dumpcap writes when it comes to it.
for _ in $(seq 600); do
  [ "$(stat -c %s /run/usb.pcapng)" -gt 3000 ] && break
  sleep 0.1
done
kill -INT $monitor
wait $monitor || true
echo "capture: begins"
base64 -w 76 /run/usb.pcapng
echo "capture: ends"
