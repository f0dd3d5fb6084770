// node oembed.mjs NODE_MODULES ADDRESS...: what @extractus/oembed-extractor finds for each, which knows nothing of us.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, ...addresses] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const { extract } = await import(pathToFileURL(require.resolve("@extractus/oembed-extractor")).href);
const found = {};
for (const address of addresses) {
  // Node asks again on a connection that the server has closed meanwhile, and tells that as an error
  const ask = () => extract(address, { maxwidth: 400 });
  found[address] = await ask().catch(ask);
}
console.log(JSON.stringify(found));
