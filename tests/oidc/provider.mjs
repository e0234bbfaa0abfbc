// The identity provider of the tests: certified software, whose people are who they say.
//
//   node provider.mjs PORT RETURN PEOPLE
//
// RETURN is where Herdbook takes answers; PEOPLE is a file of JSON with the claims of each person,
// read anew at every sign-in. Modules lie in PROVIDER_MODULES.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const home = createRequire(pathToFileURL(join(process.env.PROVIDER_MODULES, "package.json")));
const { Provider } = await import(pathToFileURL(home.resolve("oidc-provider")));

const [port, back, people] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "herdbook",
    client_secret: "a secret between the two of them",
    redirect_uris: [back],
    response_types: ["code"],
    grant_types: ["authorization_code"],
  }],
  pkce: { required: () => true },
  // Claims stand in the ID token itself, where Herdbook reads them.
  conformIdTokenClaims: false,
  claims: { profile: ["name", "groups"], email: ["email", "email_verified"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ ...JSON.parse(readFileSync(people))[id], sub: id }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
