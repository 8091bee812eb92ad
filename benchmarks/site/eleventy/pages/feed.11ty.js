import { text, title, url } from "../lib/html.js";
import { ORIGIN } from "../lib/site.js";

export const data = { permalink: "/feed.xml", eleventyExcludeFromCollections: true };

export function render({ magazine }) {
  const posts = magazine.posts.slice(0, 20);
  const entry = (post) => `<entry>
<title>${title(post)}</title>
<id>${ORIGIN}${url(post)}</id>
<link href="${ORIGIN}${url(post)}"/>
<updated>${post.data.published_on}T00:00:00Z</updated>
<author><name>${text(magazine.byId.get(post.data.author.id).data.name)}</name></author>
<summary>${text(post.data.excerpt)}</summary>
</entry>
`;
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<title>${title(magazine.home)}</title>
<id>${ORIGIN}/</id>
<link rel="self" href="${ORIGIN}/feed.xml"/>
<updated>${posts[0].data.published_on}T00:00:00Z</updated>
${posts.map(entry).join("")}</feed>
`;
}
