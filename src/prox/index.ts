/** The prox room: proximal operators, projections onto balls and simplices, dual norms. Those of singular values are lowrank's. */
export { projectL1Ball, projectL2Ball, projectLinfBall, projectSimplex, type ProjectOptions } from './balls.ts';
export { checkNumber } from './check.ts';
export { dualNorm } from './dual.ts';
export { groupSoftThreshold, type GroupOptions } from './groups.ts';
export { projectNuclearBall, type ProjectNuclearOptions } from './nuclear.ts';
export { hardThreshold, huberProx, softThreshold, type HuberProxOptions } from './thresholds.ts';
