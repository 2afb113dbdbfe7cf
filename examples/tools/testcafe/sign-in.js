// @ts-nocheck: TestCafe's types are where TestCafe is.
// A page signs in with TestCafe. The script is a bridge to the key of `stuntkey serve`:
//   stuntkey serve --http 8100 --store :memory: --allow-origin http://localhost:8080
//   STUNTKEY_BRIDGE_TOKEN=… stuntkey inject --bridge http://127.0.0.1:8100 > stuntkey.js
//   LOGIN_URL=http://localhost:8080 STUNTKEY_SCRIPT=stuntkey.js npx testcafe chrome sign-in.js
import { Selector } from 'testcafe';

const { LOGIN_URL, STUNTKEY_SCRIPT } = process.env;
const output = Selector('output');

fixture('a login page').page(LOGIN_URL).clientScripts(STUNTKEY_SCRIPT);

test('a visitor signs up, and in on the next visit', async (t) => {
  await t.click('#register').expect(output.innerText).eql('ada is registered');
  await t.navigateTo(LOGIN_URL);
  await t.click('#login').expect(output.innerText).eql('welcome, ada');
});
