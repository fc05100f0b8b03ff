// An OpenID provider for the tests: `node provider.mjs PORT REDIRECT_URI`. Whoever types a name is that person.

import { Provider } from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const groups = { hanako: ["policy-editors"], taro: ["policy-approvers"], jiro: ["nobody"] };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "sekimori", client_secret: "a-secret-for-the-tests", redirect_uris: [redirect] }],
  claims: { openid: ["sub"], profile: ["preferred_username", "groups"] },
  conformIdTokenClaims: false,
  pkce: { required: () => true },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, preferred_username: sub, groups: groups[sub] ?? [] }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
