import { image, lines, text, url } from "../lib/html.js";
import { layout } from "../lib/layout.js";
import { html } from "../lib/richtext.js";

export const data = {
  pagination: { data: "magazine.authors", size: 1, alias: "author" },
  permalink: ({ author }) => `${url(author)}/index.html`,
  eleventyExcludeFromCollections: true,
};

export function render({ magazine, author }) {
  const name = text(author.data.name);
  const main = `<h1>${name}</h1>
${image(author.data.photo)}
${html(author.data.bio)}
<ul>
${lines(magazine.byAuthor.get(author.id) ?? [])}</ul>`;
  return layout({ magazine, heading: name, path: url(author) }, main);
}
