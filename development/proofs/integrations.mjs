// node integrations.mjs NODE_MODULES FILE...
// .yaml: entities, by Backstage's own parser, policies and validators of each kind; .csv: by the parser and the rules of
// build-your-own-radar. Prints what it counted, and ends with 1 at the first entity or blip that is refused.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, ...files] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const catalog = require("@backstage/catalog-model");
const yaml = require("yaml");
const { csvParse } = await import(require.resolve("d3-dsv"));

const policy = catalog.EntityPolicies.allOf([
  new catalog.SchemaValidEntityPolicy(),
  new catalog.DefaultNamespaceEntityPolicy(),
  new catalog.NoForeignRootFieldsEntityPolicy(),
  new catalog.FieldFormatEntityPolicy(),
]);
const kinds = { System: catalog.systemEntityV1alpha1Validator, Resource: catalog.resourceEntityV1alpha1Validator };
const rings = ["adopt", "trial", "assess", "hold"];
const quadrants = ["languages & frameworks", "platforms", "tools", "techniques"];
const counted = { System: 0, Resource: 0, blips: 0 };

async function checkEntities(text) {
  const names = new Set();
  for (const document of yaml.parseAllDocuments(text)) {
    if (document.errors.length) throw document.errors[0];
    const entity = await policy.enforce(document.toJS());
    if (!(await kinds[entity.kind].check(entity))) throw new Error(`no ${entity.kind}`);
    names.add(catalog.stringifyEntityRef(entity));
    counted[entity.kind] += 1;
    if (entity.kind === "Resource" && !names.has(`system:default/${entity.spec.system}`)) {
      throw new Error(`${entity.metadata.name} is of a system that is not there`);
    }
  }
}

function checkRadar(text) {
  const blips = csvParse(text.replace(/^\uFEFF/, ""));
  for (const column of ["name", "ring", "quadrant", "isNew", "description"]) {
    if (!blips.columns.includes(column)) throw new Error(`there is no column ${column}`);
  }
  for (const blip of blips) {
    if (!blip.name || !rings.includes(blip.ring.toLowerCase())) throw new Error(`ring ${blip.ring} of ${blip.name}`);
    if (!quadrants.includes(blip.quadrant.toLowerCase())) throw new Error(`quadrant ${blip.quadrant} of ${blip.name}`);
    counted.blips += 1;
  }
}

for (const file of files) {
  const text = readFileSync(file, "utf8");
  try {
    if (file.endsWith(".csv")) checkRadar(text);
    else await checkEntities(text);
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exit(1);
  }
}
console.log(JSON.stringify(counted));
