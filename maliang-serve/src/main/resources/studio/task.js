import { Trouble, get, post } from "./api.js";
import { byId, el, show } from "./dom.js";
import { frame } from "./frame.js";
import { locale, onLanguage, t, translate } from "./i18n.js";
import * as notice from "./notice.js";
import { readable } from "./readable.js";

frame("task");
let model = null; // what /describe says
let answered = null; // the last input and its output
let asking = false;

/** The keys to ask for: of those that may stand for each other the usual one. */
function keys() {
  const others = new Set(model.needed.flatMap(([, ...rest]) => rest));
  const needed = new Set(model.needed.map(([first]) => first));
  return model.inputs
    .filter(({ name, kind }) => needed.has(name) || (!others.has(name) && kind !== "turns"))
    .map((key) => ({ ...key, needed: needed.has(key.name) }));
}

function field({ name, kind, needed }) {
  const id = `field-${name}`;
  const label = el("label", { for: id, "data-words": `key.${name}` });
  if (kind === "switch") return el("div", { class: "check" }, el("input", { id, type: "checkbox" }), label);
  const example = model.sample.input[name] ?? "";
  const box = el("textarea", { id, rows: kind === "texts" ? 3 : 2, lang: "zh", required: needed });
  box.value = [example].flat().join("\n");
  const notes = [kind === "texts" && "task.lines", !needed && "task.optional"].filter(Boolean);
  return el("div", {}, el("div", { class: "row" }, label, notes.map((note) => el("small", { "data-words": note }))), box);
}

/** What was typed; an optional key that was left empty is left out. */
function typed() {
  const input = {};
  for (const { name, kind } of keys()) {
    const node = byId(`field-${name}`);
    if (kind === "switch") input[name] = node.checked;
    else if (kind === "texts") input[name] = node.value.split("\n").filter((line) => line.trim());
    else input[name] = node.value;
    if (!input[name] || input[name].length === 0) delete input[name];
  }
  return input;
}

async function ask() {
  if (asking) return;
  notice.clear();
  asking = true;
  byId("answer").setAttribute("aria-busy", "true");
  try {
    const input = typed();
    answered = { input, output: await post("/call", { input }) };
    drawAnswer();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    notice.say(error, ask);
  } finally {
    asking = false;
    byId("answer").setAttribute("aria-busy", "false");
  }
}

function drawAnswer() {
  if (!answered) return;
  const { input, output } = answered;
  const compared = input.sentences_to_compare;
  const shown = compared ? { sentences_to_compare: compared, ...output } : output;
  byId("answer").replaceChildren(
    el(
      "article",
      { class: "sheet" },
      readable(shown, locale()),
      el("details", {}, el("summary", {}, "JSON"), el("pre", { class: "wide", tabindex: 0 }, JSON.stringify(output, null, 1))),
    ),
  );
}

function drawNames() {
  if (!model) return;
  byId("task").textContent = t(`task.${model.task}`);
  byId("about").textContent = t("task.about", { model: model.model, task: t(`task.${model.task}`) });
}

async function load() {
  try {
    model = await get("/describe");
  } catch (trouble) {
    notice.say(trouble, () => {
      notice.clear();
      load();
    });
    return;
  }
  byId("fields").replaceChildren(...keys().map(field));
  translate(byId("fields"));
  show(byId("form"), true);
  drawNames();
}

byId("form").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});
byId("form").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("form").requestSubmit();
});
onLanguage(() => {
  drawNames();
  drawAnswer();
});
await load();
document.body.dataset.ready = "true";
