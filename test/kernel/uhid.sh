# Under the kernel: a key at /dev/uhid, and what other people's programs make of it.
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

mkdir /run/work && cd /run/work
echo "fido2-token: $(fido2-token -L)"
fido2-token -I /dev/hidraw0 | head -8

hash() { echo "$1" | sha256sum | xxd -r -p | base64; }
{ hash creation; echo example.com; echo ada; head -c 32 /dev/zero | base64; } >creation
fido2-cred -M -i creation /dev/hidraw0 | fido2-cred -V -o credential
{ hash assertion; echo example.com; head -1 credential; } >assertion
tail -n +2 credential >public
fido2-assert -G -i assertion /dev/hidraw0 | fido2-assert -V public
echo 'fido2-assert: verified'

ssh-keygen -q -t ed25519-sk -N '' -f ssh
echo 'signed by a key' >message
ssh-keygen -q -Y sign -f ssh -n file message
echo "ada $(cat ssh.pub)" >signers
echo "ssh-keygen: $(ssh-keygen -Y verify -f signers -I ada -n file -s message.sig <message)"

node "$repository/test/kernel/page.js"
kill $key
wait $key
