/** `npm test`: see run-test.mjs. Here stands only what must come first: a look at Node's version. */
import './node-version.mjs';

void import('./run-test.mjs').then(({ test }) => test(process.argv.slice(2)));
