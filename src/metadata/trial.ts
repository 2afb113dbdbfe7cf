/** BLOBs to try a server's way through metadata by: a good one, and one for each reason not to believe one. */
import { AttestationAuthority } from '../authority/authority.ts';
import { modelOnTrial, type Trial, trials } from '../authority/trials.ts';
import { entryOf, signedBlob } from './blob.ts';
import { metadataStatement, uuid } from './statement.ts';

/** What a server is to load, all of it, before it is tried. */
export interface TrialMetadata {
  /** The certificate, in PEM, that metadata and attestations lead to. */
  readonly root: string;
  /** A BLOB for each of the models on trial. */
  readonly blobs: Readonly<Record<Trial, string>>;
  /** What has been revoked, in PEM. */
  readonly revocationLists: readonly string[];
}

const REVOKED = 'metadata that was revoked';

/** See metadata.ts. */
export async function makeTrial(): Promise<TrialMetadata> {
  const authority = new AttestationAuthority();
  const branch = new AttestationAuthority({ branch: 'that was revoked', flaw: 'revoked' });
  const list = new AttestationAuthority({ flaw: 'revoked' });
  const stranger = new AttestationAuthority({ seed: 'stuntkey test: another authority' });
  const root = await authority.root();
  const base = await metadataStatement('yubikey-5-nfc', root);
  const signers: Readonly<Partial<Record<Trial, ReturnType<AttestationAuthority['signer']>>>> = {
    chain: stranger.signer('metadata'),
    'revoked-intermediate': branch.signer('metadata'),
    'revoked-signer': authority.signer(REVOKED),
  };
  const blobs = {} as Record<Trial, string>;
  for (const trial of trials) {
    const aaguid = uuid(modelOnTrial(trial));
    const statement = { ...base, aaguid, description: `stuntkey test: metadata on trial, ${trial}` };
    const status = trial === 'status' ? 'USER_KEY_REMOTE_COMPROMISE' : undefined;
    const signer = await (signers[trial] ?? authority.signer('metadata'));
    const blob = await signedBlob(signer, [entryOf(statement, status)]);
    blobs[trial] = trial === 'signature' ? spoiled(blob) : blob;
  }
  return {
    root: await authority.rootPem(),
    blobs,
    revocationLists: [await list.revocationList([], [REVOKED]), await branch.rootRevocationList()],
  };
}

/** With another letter in the middle of the signature. */
function spoiled(blob: string): string {
  const at = blob.length - 40;
  return `${blob.slice(0, at)}${blob[at] === 'A' ? 'B' : 'A'}${blob.slice(at + 1)}`;
}
