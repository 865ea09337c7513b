// How many certificates a second @digitalbazaar/vc issues and verifies, in processor time: {web, credential, rounds, count}
// on standard input, {issue, verify} on standard output. Its contexts are at hand, its caches warm.
import {readFileSync} from 'node:fs';
import * as DidKey from '@digitalbazaar/did-method-key';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as vc from '@digitalbazaar/vc';

const {web, credential, rounds, count} = JSON.parse(readFileSync(0, 'utf8'));
const didKey = DidKey.driver();
didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});
const documentLoader = async url => ({
  contextUrl: null,
  documentUrl: url,
  document: url.startsWith('did:key:') ? await didKey.get({url}) : web[url],
  tag: 'static' // so that it keeps contexts processed, as it does its own
});
const key = await Ed25519Multikey.generate();
const controller = `did:key:${key.publicKeyMultibase}`;
Object.assign(key, {controller, id: `${controller}#${key.publicKeyMultibase}`});
const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
const ours = structuredClone(credential);
ours.issuer.id = controller;
delete ours.credentialStatus; // so that verifying is proof and dates alone, as it is measured for us

const issue = () => vc.issue({credential: structuredClone(ours), suite, documentLoader});
const signed = await issue();
const verify = async () => {
  const {verified} = await vc.verifyCredential({
    credential: structuredClone(signed), suite: new DataIntegrityProof({cryptosuite}), documentLoader
  });
  if(!verified) {
    throw new Error('it does not verify');
  }
};

async function rate(work) {
  let best = 0;
  for(let round = 0; round < rounds; round++) {
    const began = process.cpuUsage();
    for(let n = 0; n < count; n++) {
      await work();
    }
    const {user, system} = process.cpuUsage(began);
    best = Math.max(best, count / ((user + system) / 1e6));
  }
  return best;
}

process.stdout.write(JSON.stringify({issue: await rate(issue), verify: await rate(verify)}));
