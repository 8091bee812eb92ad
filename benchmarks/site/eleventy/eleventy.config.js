// The magazine of the benchmark, for Eleventy. PRISMIC_ENDPOINT says where its content is.
export default function (config) {
  config.addPassthroughCopy({ "static/site.css": "site.css" });
  config.setQuietMode(true);
  return { dir: { input: "pages", data: "../_data", output: "dist" }, templateFormats: ["11ty.js"] };
}
