/** `npm start`: see run-start.mjs. Here stands only what must come first: a look at Node's version. */
import './node-version.mjs';

void import('./run-start.mjs').then(({ start }) => start(process.argv.slice(2)));
