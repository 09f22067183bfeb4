/** The table of contents of the page on timings: every operation that it offers, by room. What each is stands in the rooms' files. */
import { distances } from './distances.ts';
import { elements } from './elements.ts';
import { linearAlgebra } from './linear-algebra.ts';
import { lowRanks } from './low-rank.ts';
import { norms, proximal } from './norms.ts';
import type { Op } from './op.ts';
import { recovery } from './recovery.ts';
import { regression } from './regression.ts';
import { search } from './search.ts';
import { training } from './training.ts';

export const ops: readonly Op[] = [
  ...norms,
  ...distances,
  ...search,
  ...linearAlgebra,
  ...lowRanks,
  ...recovery,
  ...regression,
  ...proximal,
  ...training,
  ...elements,
];

export const opNamed = (name: string): Op | undefined => ops.find(op => op.name === name);

/** The choices that an operation offers: one that has no name, where it offers none. */
export const choicesOf = ({ choice }: Op): readonly string[] => choice?.of ?? [''];
