// What two verifiers from npm make of certificates. One JSON object on standard input, one on standard output:
// {web: {url or DID: document}, credentials: {name: credential}} → {name: {vc: …, core: …}}.
// `web` takes the network's place: what is not in it does not exist.
import {readFileSync} from 'node:fs';
import * as DidKey from '@digitalbazaar/did-method-key';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as vc from '@digitalbazaar/vc';

const {web, credentials, registries} = JSON.parse(readFileSync(0, 'utf8'));

globalThis.fetch = async request => {
  const url = typeof request === 'string' ? request : request.url ?? String(request);
  return url in web ? Response.json(web[url]) : new Response('', {status: 404});
};
const {verifyCredential} = await import('@digitalcredentials/verifier-core');

const didKey = DidKey.driver();
didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});

async function documentLoader(url) {
  const found = url.startsWith('did:key:') ? await didKey.get({url}) : web[url] ?? method(url);
  if(!found) {
    throw new Error(`NotFoundError: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: found};
}

function method(url) {
  const listed = web[url.split('#')[0]]?.verificationMethod?.find(({id}) => id === url);
  return listed && {'@context': 'https://w3id.org/security/multikey/v1', ...listed};
}

async function byVc(credential) {
  const suite = new DataIntegrityProof({cryptosuite});
  const said = await vc.verifyCredential({credential, suite, documentLoader, checkStatus});
  return {
    verified: said.verified,
    marked: said.statusResult?.results?.some(({status}) => status) ?? null,
    error: said.error?.errors?.map(String).join('; ') ?? String(said.error ?? said.statusResult?.error ?? '')
  };
}

async function byCore(credential) {
  const said = await verifyCredential({credential, knownDIDRegistries: registries});
  const [schema] = said.additionalInformation ?? [];
  return {
    log: Object.fromEntries((said.log ?? []).map(({id, valid, error}) => [id, valid ?? error])),
    errors: (said.errors ?? []).map(({name}) => name),
    schema: schema?.results?.[0]?.result ?? null
  };
}

const found = {};
for(const [name, credential] of Object.entries(credentials)) {
  // each gets its own copy: verifiers may write into what they are given
  const [vcSays, coreSays] = [await byVc(structuredClone(credential)), await byCore(structuredClone(credential))];
  found[name] = {vc: vcSays, core: coreSays};
}
process.stdout.write(JSON.stringify(found));
