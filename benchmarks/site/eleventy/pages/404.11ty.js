import { layout } from "../lib/layout.js";

export const data = { permalink: "/404.html", eleventyExcludeFromCollections: true };

export function render({ magazine }) {
  const main = `<h1>Not found</h1>
<p>There is no page at this address. <a href="/blog/">All posts</a></p>`;
  return layout({ magazine, heading: "Not found", path: "/404.html" }, main);
}
