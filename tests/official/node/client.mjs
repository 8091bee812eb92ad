// The official client against a repository: a line is a JSON list of calls, and of their answers.
// In:  {"endpoint", "options"?, "steps"?: [["queryLatestContent"]], "call": "getByUID", "args", "cookie"?}
// Out: {"result": value} or {"error": class, "message", "response"}.
// Filters are written ["at", "document.type", "page"]; the calls of a line run at the same time.
import * as prismic from "@prismicio/client";

const AT_ONCE = 8;
console.warn = () => {};

function argument(value) {
  if (!value || typeof value !== "object" || Array.isArray(value) || !value.filters) return value;
  const filters = value.filters.map(([name, ...args]) => prismic.filter[name](...args));
  return { ...value, filters };
}

async function answer({ endpoint, options = {}, steps = [], call, args = [], cookie }) {
  try {
    const client = prismic.createClient("example-repo", { documentAPIEndpoint: endpoint, ...options });
    if (cookie) client.enableAutoPreviewsFromReq({ headers: { cookie } });
    for (const [name, ...given] of steps) client[name](...given);
    const result = await client[call](...args.map(argument));
    return { result: result ?? null };
  } catch (error) {
    const { message, response } = error;
    return { error: error.constructor.name, message, response: response ?? null };
  }
}

async function answerAll(asked) {
  const answers = new Array(asked.length);
  let next = 0;
  async function work() {
    while (next < asked.length) {
      const at = next++;
      answers[at] = await answer(asked[at]);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return answers;
}

let rest = "";
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    process.stdout.write(JSON.stringify(await answerAll(JSON.parse(line))) + "\n");
  }
}
