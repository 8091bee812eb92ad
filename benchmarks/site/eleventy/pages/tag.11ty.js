import { lines, pagination, text } from "../lib/html.js";
import { layout } from "../lib/layout.js";

export const data = {
  pagination: { data: "magazine.tagPages", size: 1, alias: "part" },
  permalink: ({ part }) => `${part.path}index.html`,
  eleventyExcludeFromCollections: true,
};

export function render({ magazine, part }) {
  const main = `<h1>${text(part.tag)}</h1>
<ul>
${lines(part.posts)}</ul>
${pagination(part)}`;
  return layout({ magazine, heading: `${text(part.tag)}, page ${part.number}`, path: part.path }, main);
}
