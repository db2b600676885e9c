// A real OpenID provider with whatever accounts somebody enters. The first of
// the two puts the address into the token, the second tells it when asked.
import http from 'node:http';
import Provider from 'oidc-provider';

const callback = process.argv[2];
const issuers = [];
for (const conformIdTokenClaims of [false, true]) {
  const server = http.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: 'tickmark', client_secret: 'only-for-tests', redirect_uris: [callback],
      grant_types: ['authorization_code'], response_types: ['code'],
    }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    scopes: ['openid', 'email', 'profile'],
    pkce: { required: () => true },
    conformIdTokenClaims,
    findAccount: async (ctx, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, name: `${id} of Corp`, email: `${id}@corp.example`, email_verified: !id.startsWith('unverified') }),
    }),
    cookies: { keys: ['only-for-tests'] },
  });
  server.on('request', provider.callback());
  issuers.push(issuer);
}
console.log(JSON.stringify(issuers));
process.stdin.on('end', () => process.exit(0)).resume();
