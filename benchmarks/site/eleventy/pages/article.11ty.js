import { day, image, line, slug, text, title, url, withParameters } from "../lib/html.js";
import { layout } from "../lib/layout.js";
import { html } from "../lib/richtext.js";
import { sliceZone } from "../lib/slices.js";

export const data = {
  pagination: { data: "magazine.posts", size: 1, alias: "post" },
  permalink: ({ post }) => `${url(post)}/index.html`,
  eleventyExcludeFromCollections: true,
};

const meta = (post) => `<meta name="description" content="${text(post.data.excerpt)}">
<meta property="og:type" content="article">
<meta property="og:title" content="${title(post)}">
<meta property="og:image" content="${withParameters(post.data.hero.url, "w=1200&h=630&fit=crop")}">
`;

const tag = (each) => `<li><a href="/tags/${slug(each)}/">${text(each)}</a></li>\n`;

export function render({ magazine, post }) {
  const author = magazine.byId.get(post.data.author.id);
  const category = magazine.byId.get(post.data.category.id);
  const near = magazine.byCategory.get(category.id).slice(0, 4);
  const related = near.filter((each) => each.id !== post.id).slice(0, 3);
  const main = `<article>
<header>
<p class="category"><a href="${url(category)}">${text(category.data.name)}</a></p>
<h1>${title(post)}</h1>
<p class="excerpt">${text(post.data.excerpt)}</p>
<p class="byline">By <a href="${url(author)}">${text(author.data.name)}</a>, ${day(post.data.published_on)}</p>
${image(post.data.hero)}
</header>
<div class="prose">
${html(post.data.body)}
</div>
${sliceZone(post.data.slices)}
<ul class="tags">
${post.tags.map(tag).join("")}</ul>
<section class="author">
<h2>${text(author.data.name)}</h2>
${html(author.data.bio)}
</section>
<section class="related">
<h2>More in ${text(category.data.name)}</h2>
<ul>
${related.map((each) => `<li>${line(each)}<p>${text(each.data.excerpt)}</p></li>\n`).join("")}</ul>
</section>
</article>`;
  return layout({ magazine, heading: title(post), path: url(post), meta: meta(post) }, main);
}
