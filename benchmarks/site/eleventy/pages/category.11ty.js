import { lines, pagination, text } from "../lib/html.js";
import { layout } from "../lib/layout.js";
import { html } from "../lib/richtext.js";

export const data = {
  pagination: { data: "magazine.categoryPages", size: 1, alias: "part" },
  permalink: ({ part }) => `${part.path}index.html`,
  eleventyExcludeFromCollections: true,
};

export function render({ magazine, part }) {
  const name = text(part.category.data.name);
  const main = `<h1>${name}</h1>
${html(part.category.data.description)}
<ul>
${lines(part.posts)}</ul>
${pagination(part)}`;
  return layout({ magazine, heading: `${name}, page ${part.number}`, path: part.path }, main);
}
