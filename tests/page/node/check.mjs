// Prints, as JSON, what html-validate finds in an HTML file by the rules of the HTML standard.
import { readFileSync } from "node:fs";
import { HtmlValidate, StaticConfigLoader } from "html-validate";

const rules = new StaticConfigLoader({ root: true, extends: ["html-validate:standard"] });
const { results } = await new HtmlValidate(rules).validateString(readFileSync(process.argv[2], "utf8"));
console.log(JSON.stringify(results.flatMap((result) => result.messages)));
