/**
 * Says at once when Node is too old. The commands import this file before anything else, and it is written so that a very
 * old Node can still read it: no new syntax, builtins only.
 */
var parts = process.versions.node.split('.').map(Number);
var major = parts[0];
var minor = parts[1];
var fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;

if (!fits) {
  console.error(
    'unitball: this is Node ' +
      process.versions.node +
      '; its build and tests need 20.19 or later, or 22.12 or later. ' +
      'Install a newer Node (nodejs.org, or `nvm install 22`) and try again.',
  );
  process.exit(1);
}
