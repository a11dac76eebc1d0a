// An OpenID provider on this machine, for tests: `node oidc_provider.mjs PORT ACCOUNTS FOLDER`.
// ACCOUNTS: a JSON file {"ann": {"email": ..., "email_verified": true, "groups": [...]}}, read for every question, so
// that a test takes a group away by writing it again. FOLDER: where npm put the provider.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [port, accounts, folder] = process.argv.slice(2);
const found = createRequire(`${folder}/x.js`).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(found).href);
const known = () => JSON.parse(readFileSync(accounts, 'utf8'));

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'reliability',
    client_secret: 'a-secret-of-the-tests',
    application_type: 'native', // the port of the redirect may be any
    redirect_uris: ['http://127.0.0.1/session/callback', 'http://localhost/session/callback'],
    post_logout_redirect_uris: ['http://127.0.0.1/session/signed-out'],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  pkce: { required: () => true },
  scopes: ['openid', 'email', 'groups'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
  findAccount: (_context, id) => known()[id] && {
    accountId: id,
    claims: () => ({ sub: id, ...known()[id] }),
  },
  cookies: { keys: ['tests'] },
});
provider.listen(Number(port), '127.0.0.1');
