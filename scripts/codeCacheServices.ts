/** The imitations that codeCache.ts runs against. Tells the configuration for them; told anything, ends the access token's life. */
import { parentPort } from 'node:worker_threads';
import { startClockify } from '../src/sandbox/clockify.ts';
import { startOura } from '../src/sandbox/oura.ts';

const oura = await startOura({ now: Date.now, days: 10 });
const clockify = await startClockify({ now: Date.now });
const { access_token, refresh_token } = oura.issueToken();

parentPort?.postMessage(`[app]
timezone = "Europe/Berlin"
[oura]
enabled = true
client_id = "${oura.clientId}"
client_secret = "${oura.clientSecret}"
base_url = "${oura.url}"
authorize_url = "${oura.url}/oauth/v2/ext/oauth-authorize"
token_url = "${oura.url}/oauth/v2/ext/oauth-token"
access_token = "${access_token}"
refresh_token = "${refresh_token}"
[clockify]
api_key = "${clockify.apiKey}"
base_url = "${clockify.url}/api/v1"
`);
parentPort?.on('message', () => oura.grant.expire());
