// The page around everything. What is the same on every page is made once a build.
import { lines, text, title } from "./html.js";
import { ORIGIN } from "./site.js";

let shared;

function sharedParts(magazine) {
  const name = title(magazine.home);
  const sections = magazine.categories
    .map(({ uid, data }) => `<li><a href="/category/${uid}/">${text(data.name)}</a></li>\n`)
    .join("");
  return {
    magazine,
    name,
    links: `<link rel="alternate" type="application/atom+xml" title="${name}" href="/feed.xml">
<link rel="stylesheet" href="/site.css">
</head>
<body>
<header>
<a class="brand" href="/">${name}</a>
<nav aria-label="Sections">
<ul>
<li><a href="/blog/">Blog</a></li>
${sections}</ul>
</nav>
</header>
<div class="columns">
<main>
`,
    rest: `
</main>
<aside class="latest">
<h2>Latest posts</h2>
<ul>
${lines(magazine.posts.slice(0, 5))}</ul>
</aside>
</div>
<footer>
<p>${name} is set in Georgia. <a href="/feed.xml">Subscribe to the feed</a>, or read <a href="/blog/">everything from the newest on</a>.</p>
</footer>
</body>
</html>
`,
  };
}

/** `heading` and `meta` are HTML; `path` is the page's own. */
export function layout({ magazine, heading, path, meta = "" }, main) {
  if (shared?.magazine !== magazine) shared = sharedParts(magazine);
  return `<!doctype html>
<html lang="en-us">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading} – ${shared.name}</title>
${meta}<link rel="canonical" href="${ORIGIN}${path}">
${shared.links}${main}${shared.rest}`;
}
