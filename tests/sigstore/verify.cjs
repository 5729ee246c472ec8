// Has @sigstore/verify judge checkpoints with inclusion proofs, one case a line of stdin.
// A case: {key, keyId, note, record, index, hashes, root, size}, octets in base64; the answer to
// each: true, or why not.
'use strict';
const { createPublicKey } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { verifyCheckpoint } = require('@sigstore/verify/dist/timestamp/checkpoint');
const { verifyMerkleInclusion } = require('@sigstore/verify/dist/timestamp/merkle');

const octets = (text) => Buffer.from(text, 'base64');
const SPKI_OF_ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

function judge(given) {
  const log = {
    logID: octets(given.keyId),
    publicKey: createPublicKey({
      key: Buffer.concat([SPKI_OF_ED25519, octets(given.key)]), format: 'der', type: 'spki',
    }),
    validFor: { start: new Date(0), end: new Date(8.64e15) },
  };
  const entry = {
    integratedTime: '1700000000',
    canonicalizedBody: octets(given.record),
    inclusionProof: {
      logIndex: String(given.index),
      treeSize: String(given.size),
      rootHash: octets(given.root),
      hashes: given.hashes.map(octets),
      checkpoint: { envelope: octets(given.note).toString('utf8') },
    },
  };
  try {
    verifyCheckpoint(entry, [log]);
    verifyMerkleInclusion(entry);
    return true;
  } catch (error) {
    if (error.code !== 'TLOG_INCLUSION_PROOF_ERROR') throw error;
    return error.message;
  }
}

for (const line of readFileSync(0, 'utf8').trim().split('\n')) {
  console.log(JSON.stringify(judge(JSON.parse(line))));
}
