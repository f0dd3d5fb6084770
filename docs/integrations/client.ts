// What a company uses at present, with the types that openapi-typescript makes: see clients.md.
// node client.js https://stacks.example fam

import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Usage = components["schemas"]["Usage"];

const [baseUrl, slug] = process.argv.slice(2);
if (baseUrl === undefined || slug === undefined) {
  throw new Error("An address and a slug, please.");
}
const client = createClient<paths>({ baseUrl });

/** All pages, one after the other. An old slug leads on by 301, which fetch follows. */
async function* usages(slug: string): AsyncGenerator<Usage> {
  let cursor: string | undefined;
  for (;;) {
    const { data, error } = await client.GET("/api/v1/companies/{slug}/usages/", {
      params: { path: { slug }, query: { current: true, page_size: 500, cursor } },
    });
    if (data === undefined) {
      throw new Error(error?.detail ?? "No answer that can be read.");
    }
    yield* data.results;
    if (data.next === null) {
      return;
    }
    cursor = new URL(data.next).searchParams.get("cursor") ?? undefined;
  }
}

for await (const usage of usages(slug)) {
  const since = usage.started ?? usage.started_known_since ?? "";
  console.log([usage.category.name, usage.technology.name, since].join("\t"));
}
