// Every document, fetched with eight requests at once, and what the pages list of them.
import { slug } from "../lib/html.js";

const AT_ONCE = 8;

async function json(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer.json();
}

async function documents(endpoint) {
  const repository = await json(endpoint);
  const ref = repository.refs.find((each) => each.isMasterRef).ref;
  const page = (number) => json(`${endpoint}/documents/search?ref=${ref}&pageSize=100&page=${number}`);
  const first = await page(1);
  const pages = [first];
  let next = 2;
  async function work() {
    while (next <= first.total_pages) {
      const number = next++;
      pages[number - 1] = await page(number);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return pages.flatMap((each) => each.results);
}

function grouped(documents, keysOf) {
  const groups = new Map();
  for (const document of documents) {
    for (const key of keysOf(document)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(document);
    }
  }
  return groups;
}

function* cut(documents, size, path, about) {
  const total = Math.max(1, Math.ceil(documents.length / size));
  const at = (number) => (number === 1 ? path : `${path}page/${number}/`);
  for (let number = 1; number <= total; number++) {
    yield {
      ...about,
      path: at(number),
      posts: documents.slice((number - 1) * size, number * size),
      number,
      total,
      previous: number > 1 ? at(number - 1) : null,
      next: number < total ? at(number + 1) : null,
    };
  }
}

const date = (post) => post.first_publication_date;

export default async function () {
  const all = await documents(process.env.PRISMIC_ENDPOINT);
  const of = (type) => all.filter((document) => document.type === type);
  const posts = of("article").sort((a, b) => (date(a) < date(b) ? 1 : -1));
  const categories = of("category").sort((a, b) => (a.data.name < b.data.name ? -1 : 1));
  const byCategory = grouped(posts, (post) => [post.data.category.id]);
  const byTag = grouped(posts, (post) => post.tags);
  return {
    home: of("homepage")[0],
    posts,
    authors: of("author"),
    categories,
    byId: new Map(all.map((document) => [document.id, document])),
    byCategory,
    byAuthor: grouped(posts, (post) => [post.data.author.id]),
    blogPages: [...cut(posts, 10, "/blog/", {})],
    categoryPages: categories.flatMap((category) =>
      byCategory.has(category.id)
        ? [...cut(byCategory.get(category.id), 100, `/category/${category.uid}/`, { category })]
        : [],
    ),
    tagPages: [...byTag].flatMap(([tag, tagged]) => [...cut(tagged, 100, `/tags/${slug(tag)}/`, { tag })]),
  };
}
