import puppeteer from 'puppeteer-core';
import { Authenticator, ScriptedUser } from 'stuntkey';
import { serveHttp } from 'stuntkey/http';
const device = new Authenticator({ model: 'yubikey-bio', user: new ScriptedUser({ pin: '123456' }) });
const server = await serveHttp(device, { ui: true, tokenRights: ['keys'] });
const browser = await puppeteer.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu'] });
const page = await browser.newPage();
await page.setViewport({width:1280,height:800});
page.on('console', (m) => console.log('console:', m.text(), JSON.stringify(m.location())));
page.on('pageerror', (m) => console.log('pageerror:', String(m)));
const call = async (m, p, b) => { const r = await fetch(server.url + p, { method: m, headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' }, body: JSON.stringify(b) }); return r.json().catch(() => r.status); };
const creation = (name, rpId = 'example.com') => ({ rp: { name: 'Example', id: rpId }, user: { id: Buffer.from(name).toString('base64url'), name, displayName: name }, challenge: 'Y2hhbGxlbmdl', pubKeyCredParams: [{ type: 'public-key', alg: -7 }], authenticatorSelection: { residentKey: 'required' } });
for (const [n, r] of [['ada'], ['grace'], ['alan', 'other.example']]) await call('POST', '/create', { origin: `https://${r ?? 'example.com'}`, options: creation(n, r) });
await call('POST', '/user/next', { presence: 'decline' });
console.log(await call('POST', '/get', { origin: 'https://example.com', options: { challenge: 'YQ', rpId: 'example.com' } }));
await page.goto(server.page);
const wait = (ms) => new Promise((r) => setTimeout(r, ms));
const shot = async (n) => { await page.screenshot({ path: `/tmp/w/inspect-dbg/${n}.png` }); };
await wait(4000);
for (const p of ['authenticators', 'credentials', 'ceremonies', 'person', 'faults', 'decode']) {
  await page.evaluate(`location.hash = '${p}'`); await wait(1500);
  if (p === 'ceremonies') { await page.click('[role=option]'); await wait(1000); }
  if (p === 'credentials') { await page.click('[role=gridcell]'); await wait(1000); }
  if (p === 'decode') { await page.type('textarea', Buffer.from(await device.transact(Uint8Array.of(4))).toString('hex')); await wait(1000); }
  await shot(p);
}
console.log((await page.evaluate('document.body.innerText')).slice(0, 1500));
const ax = await page.accessibility.snapshot({ interestingOnly: true });
await page.evaluate(`location.hash = 'person'`); await wait(1000);
const tree = await page.accessibility.snapshot();
console.log(JSON.stringify(tree, null, 0).slice(0, 5000));
await page.evaluate(`location.hash = 'credentials'`); await wait(1000);
console.log(JSON.stringify(await page.accessibility.snapshot(), null, 0).slice(0, 6000));
await browser.close(); await server.close(0);
