import { asText, image, text } from "./html.js";
import { html } from "./richtext.js";

const SLICES = {
  text: ({ primary }) => `<section class="text">
<h2>${text(asText(primary.heading))}</h2>
${html(primary.text)}
</section>
`,
  quote: ({ primary }) => `<blockquote class="quote">
${html(primary.quote)}
<footer>${text(primary.source)}</footer>
</blockquote>
`,
  gallery: ({ primary }) => `<section class="gallery">
${primary.images.map((shown) => `<figure>${image(shown.image)}<figcaption>${text(shown.caption)}</figcaption></figure>\n`).join("")}</section>
`,
};

export const sliceZone = (slices) => slices.map((slice) => SLICES[slice.slice_type](slice)).join("");
