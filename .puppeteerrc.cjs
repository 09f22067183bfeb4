// `npm ci` must not download a browser: scripts/browser.mjs looks for one first, and gets one only for `npm test`.
module.exports = { skipDownload: true };
