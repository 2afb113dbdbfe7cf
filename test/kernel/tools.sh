# Under the kernel: what libfido2 and OpenSSH make of the key.
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
