// The official client as an oracle: JSON lines in, JSON lines out, in order.
// In:  {"call": "asHTML", "args": [value, options?], "links": {"<document id>": "<url>"}?}
// Out: {"result": value} or {"error": "<class>"}; dates as ISO text, members that are undefined left out.
// "links" stands for a link resolver. A call is a name from @prismicio/client; "isFilled.link" works too.
import * as client from "@prismicio/client";

function answer({ call, args, links }) {
  const [field, options = {}] = args;
  if (links) options.linkResolver = (link) => links[link.id];
  const helper = call.split(".").reduce((from, name) => from[name], client);
  try {
    const result = call.startsWith("isFilled") ? helper(field) : helper(field, options);
    if (result instanceof Date) return { result: Number.isNaN(+result) ? "invalid" : result.toISOString() };
    return { result: result ?? null };
  } catch (error) {
    return { error: error.constructor.name };
  }
}

// node's readline breaks lines at U+2028 too, which JSON may hold.
let rest = "";
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) process.stdout.write(JSON.stringify(answer(JSON.parse(line))) + "\n");
}
