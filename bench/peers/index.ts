/** Everybody who runs, in the order of the table. */
import { edgevec } from './edgevec.ts';
import { hnswlib } from './hnswlib.ts';
import { jaxJs } from './jax.ts';
import { mlDistance } from './ml-distance.ts';
import { mlMatrix } from './ml-matrix.ts';
import type { Host, Peer } from './peer.ts';
import { onnxRuntime } from './onnx.ts';
import { plain } from './plain.ts';
import { tfjs } from './tfjs.ts';
import { unitball } from './unitball.ts';
import { usearch } from './usearch.ts';

export const peersOn = (host: Host): Peer[] =>
  [unitball, plain, jaxJs, tfjs, onnxRuntime, mlMatrix, mlDistance, hnswlib, edgevec, usearch]
    .flat()
    .filter(peer => peer.hosts.includes(host));
