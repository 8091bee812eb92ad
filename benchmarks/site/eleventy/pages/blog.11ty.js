import { pagination, teaser } from "../lib/html.js";
import { layout } from "../lib/layout.js";

export const data = {
  pagination: { data: "magazine.blogPages", size: 1, alias: "part" },
  permalink: ({ part }) => `${part.path}index.html`,
  eleventyExcludeFromCollections: true,
};

export function render({ magazine, part }) {
  const main = `<h1>Blog</h1>
${part.posts.map(teaser).join("")}${pagination(part)}`;
  return layout({ magazine, heading: `Blog, page ${part.number}`, path: part.path }, main);
}
