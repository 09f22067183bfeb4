/**
 * How far a result may be from its reference: here and in tolerance/ are the only places of the test suite where a number like 1e-5
 * stands. Bounds come in families (exact, element-wise, reduction, norm, distance, factors, iterative) and grow with the number of
 * terms; they follow from the arithmetic that a kernel does and from what WGSL promises, never from what some adapter happened
 * to give. This file is their table of contents.
 */
export * from './tolerance/distance.ts';
export * from './tolerance/gram-descent.ts';
export * from './tolerance/linalg.ts';
export * from './tolerance/lowrank.ts';
export * from './tolerance/prox.ts';
export * from './tolerance/recovery.ts';
export * from './tolerance/regression.ts';
export * from './tolerance/steps.ts';
export * from './tolerance/training.ts';
