import { post } from "./api.js";
import { kept } from "./dom.js";

let script = kept.get("script", "");
const listeners = [];

/** The script that texts are shown and copied in: hans, hant, or empty for the one they were written in. */
export const shownScript = () => script;

export function switchScript(to) {
  script = to;
  kept.set("script", to);
  listeners.forEach((listener) => listener());
}

/** Calls back whenever the script changes. */
export const onScript = (listener) => listeners.push(listener);

/** Texts as they are to be shown. */
export async function shown(texts) {
  return script === "" ? texts : (await post("/studio/convert", { texts, to: script })).texts;
}
