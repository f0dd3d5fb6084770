// Reads all that the schema names, with the types that openapi-typescript made of it; see clients.py.
// node clients.js ADDRESS OLD_SLUG: a line of JSON with what was read

import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

interface Page<Row> {
  next: string | null;
  results: Row[];
}
interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

const [baseUrl, oldSlug] = process.argv.slice(2);
if (baseUrl === undefined || oldSlug === undefined) {
  throw new Error("An address and an old slug, please.");
}
const client = createClient<paths>({ baseUrl });
const asked = new Map<string, number>();
client.use({
  onRequest({ schemaPath }) {
    asked.set(schemaPath, (asked.get(schemaPath) ?? 0) + 1);
  },
});
let documents = 0;

async function told<Data>(asking: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asking;
  if (data === undefined) {
    throw new Error(`${response.url}: ${response.status} ${JSON.stringify(error)}`);
  }
  return data;
}

async function all<Row>(ask: (query: { page_size: number; cursor?: string }) => Promise<Answer<Page<Row>>>): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await told(ask({ page_size: 500, ...(cursor === undefined ? {} : { cursor }) }));
    rows.push(...page.results);
    cursor = page.next === null ? undefined : (new URL(page.next).searchParams.get("cursor") ?? undefined);
  } while (cursor !== undefined);
  documents += rows.length;
  return rows;
}

/** At most this many details of each kind, spread over all. */
function some<Row>(rows: Row[]): Row[] {
  const every = Math.ceil(rows.length / 60);
  return rows.filter((_, index) => index % every === 0);
}

function same(what: string, one: string | number, other: string | number): void {
  if (one !== other) {
    throw new Error(`${what}: ${one}, not ${other}`);
  }
}

const root = await told(client.GET("/api/v1/"));

for (const { slug } of some(await all((query) => client.GET("/api/v1/categories/", { params: { query } })))) {
  const path = { slug };
  same("category", (await told(client.GET("/api/v1/categories/{slug}/", { params: { path } }))).slug, slug);
}

const companies = await all((query) => client.GET("/api/v1/companies/", { params: { query } }));
for (const { slug } of some(companies)) {
  const path = { slug };
  same("company", (await told(client.GET("/api/v1/companies/{slug}/", { params: { path } }))).slug, slug);
  const stack = await all((query) => client.GET("/api/v1/companies/{slug}/usages/", { params: { path, query } }));
  stack.forEach((usage) => same("company of a usage", usage.company.slug, slug));
}
const [first, second] = companies;
if (first === undefined || second === undefined) {
  throw new Error("There are no companies.");
}
const alike = await told(client.GET("/api/v1/companies/{slug}/alike/", { params: { path: { slug: first.slug } } }));
same("alike", alike.company.slug, first.slug);

const technologies = await all((query) => client.GET("/api/v1/technologies/", { params: { query } }));
for (const { slug } of some(technologies)) {
  const path = { slug };
  same("technology", (await told(client.GET("/api/v1/technologies/{slug}/", { params: { path } }))).slug, slug);
}
const path = { slug: "postgresql" };
await all((query) => client.GET("/api/v1/technologies/{slug}/usages/", { params: { path, query } }));
await told(client.GET("/api/v1/technologies/{slug}/together/", { params: { path } }));

for (const { uid } of some(await all((query) => client.GET("/api/v1/usages/", { params: { query } })))) {
  const path = { uid };
  same("usage", (await told(client.GET("/api/v1/usages/{uid}/", { params: { path } }))).uid, uid);
}
for (const { uid } of some(await all((query) => client.GET("/api/v1/migrations/", { params: { query } })))) {
  const path = { uid };
  same("migration", (await told(client.GET("/api/v1/migrations/{uid}/", { params: { path } }))).uid, uid);
}
for (const { uid } of some(await all((query) => client.GET("/api/v1/sources/", { params: { query } })))) {
  const path = { uid };
  same("source", (await told(client.GET("/api/v1/sources/{uid}/", { params: { path } }))).uid, uid);
}
for (const { uid } of some(await all((query) => client.GET("/api/v1/coverage/", { params: { query } })))) {
  const path = { uid };
  same("coverage", (await told(client.GET("/api/v1/coverage/{uid}/", { params: { path } }))).uid, uid);
}

const company = [first.slug, second.slug];
const compared = await told(client.GET("/api/v1/compare/companies/", { params: { query: { company, only: "shared" } } }));
same("compared", compared.companies.length, 2);
const technology = ["postgresql", "redis"];
const beside = await told(client.GET("/api/v1/compare/technologies/", { params: { query: { technology } } }));
same("compared", beside.technologies.length, 2);

const hits = await told(client.GET("/api/v1/search/", { params: { query: { q: "postgres", kind: "technology" } } }));
same("found", hits.results[0]?.slug ?? "nothing", "postgresql");

let after = 0;
while (after < root.revision) {
  const page = await told(client.GET("/api/v1/changes/", { params: { query: { after, page_size: 500 } } }));
  after = page.results.at(-1)?.seq ?? root.revision;
  documents += page.results.length;
}

const query = { format: "ndjson" } as const;
const lines = await told(client.GET("/api/v1/export/", { params: { query }, parseAs: "text" }));
const copied = lines.trim().split("\n").length;

const moved = await client.GET("/api/v1/companies/{slug}/", { params: { path: { slug: oldSlug } } });
same("old slug leads to", (await told(Promise.resolve(moved))).slug, new URL(moved.response.url).pathname.split("/").at(-2) ?? "");
if (!moved.response.redirected) {
  throw new Error("The old slug was not redirected.");
}

console.log(JSON.stringify({ paths: [...asked.keys()], requests: [...asked.values()].reduce((a, b) => a + b), documents, copied }));
