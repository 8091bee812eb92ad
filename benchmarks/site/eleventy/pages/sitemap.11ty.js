import { url } from "../lib/html.js";
import { ORIGIN } from "../lib/site.js";

export const data = { permalink: "/sitemap.xml", eleventyExcludeFromCollections: true };

const w3c = (date) => date.replace(/(\d\d)(\d\d)$/, "$1:$2");

export function render({ magazine }) {
  const { home, posts, authors, blogPages, categoryPages, tagPages } = magazine;
  const documents = [home, ...posts, ...authors].map(
    (each) =>
      `<url><loc>${ORIGIN}${url(each)}</loc><lastmod>${w3c(each.last_publication_date)}</lastmod></url>\n`,
  );
  const listings = [...blogPages, ...categoryPages, ...tagPages].map(
    (each) => `<url><loc>${ORIGIN}${each.path}</loc></url>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${documents.join("")}${listings.join("")}</urlset>
`;
}
