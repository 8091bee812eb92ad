// What all pages are made of: text, dates, images, links and lists of posts. Written by hand where
// @prismicio/client has a helper, because that is faster; what comes out is the same.
const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };
export const text = (value) => String(value).replace(/[&<>"']/g, (character) => ESCAPED[character]);

export const slug = (value) =>
  value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");

export const asText = (blocks) => blocks.map((block) => block.text).join(" ");
export const title = (document) => text(asText(document.data.title));

const MONTHS =
  "January February March April May June July August September October November December".split(" ");

export function day(value) {
  const [year, month, date] = value.split("-");
  return `<time datetime="${value}">${Number(date)} ${MONTHS[Number(month) - 1]} ${year}</time>`;
}

export const urlOf = {
  homepage: () => "/",
  article: (document) => `/blog/${document.uid}`,
  author: (document) => `/authors/${document.uid}`,
  category: (document) => `/category/${document.uid}/`,
};
export const url = (document) => urlOf[document.type](document);

// Addresses of images have parameters already: ?auto=compress,format
export const withParameters = (address, parameters) =>
  text(`${address.replace(",", "%2C")}&${parameters}`);

export function image(field) {
  const srcset = [640, 1080, 1600].map((width) => `${withParameters(field.url, `width=${width}`)} ${width}w`);
  const { width, height } = field.dimensions;
  return `<img src="${text(field.url)}" srcset="${srcset.join(", ")}" sizes="(min-width: 64rem) 44rem, 100vw" width="${width}" height="${height}" alt="${text(field.alt)}" loading="lazy">\n`;
}

export const line = (post) => `<a href="${url(post)}">${title(post)}</a> ${day(post.data.published_on)}`;
export const lines = (posts) => posts.map((post) => `<li>${line(post)}</li>\n`).join("");

export const teaser = (post) => `<article class="teaser">
<h2><a href="${url(post)}">${title(post)}</a></h2>
<p class="byline">${day(post.data.published_on)}</p>
${image(post.data.hero.narrow)}
<p>${text(post.data.excerpt)}</p>
</article>
`;

export const pagination = (page) => `<nav class="pagination" aria-label="Pages">
${page.previous ? `<a rel="prev" href="${page.previous}">Newer posts</a>\n` : ""}<span>Page ${page.number} of ${page.total}</span>
${page.next ? `<a rel="next" href="${page.next}">Older posts</a>\n` : ""}</nav>`;
