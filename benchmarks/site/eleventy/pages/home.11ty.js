import { teaser, title } from "../lib/html.js";
import { layout } from "../lib/layout.js";
import { html } from "../lib/richtext.js";
import { sliceZone } from "../lib/slices.js";

export const data = { permalink: "/index.html", eleventyExcludeFromCollections: true };

export function render({ magazine }) {
  const { home, posts } = magazine;
  const main = `<h1>${title(home)}</h1>
<div class="prose">
${html(home.data.body)}
</div>
${sliceZone(home.data.slices)}
${posts.slice(0, 10).map(teaser).join("")}`;
  return layout({ magazine, heading: "Home", path: "/" }, main);
}
