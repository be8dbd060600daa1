import { changed } from "./api.js";
import { chart } from "./chart.js";
import { byId, el, show } from "./dom.js";
import { frame } from "./frame.js";
import { locale, onLanguage, t } from "./i18n.js";
import { clear, say } from "./notice.js";

const EVERY = 1500; // milliseconds between two looks
const CURVES = ["loss", "valid_loss", "learning_rate", "tokens_per_second"];
const COLOURS = ["colour-0", "colour-1", "colour-2", "colour-3", "colour-4"];
const SAMPLES = 30;
const LIVE = 120_000; // milliseconds after which a run that writes nothing counts as standing still

frame("runs");

let runs = [];
const logs = new Map(); // by name: what has been read of a run
let listTag = "";

const log = (name) => {
  if (!logs.has(name)) logs.set(name, fresh());
  return logs.get(name);
};
const fresh = () => ({ from: 0, mark: "", tag: "", step: 0, curves: Object.fromEntries(CURVES.map((key) => [key, []])), samples: [] });
const chosen = new Set();

/** Looks for new lines of a run; tells whether there were any. */
async function look(name) {
  let grown = false;
  for (let more = true; more; ) {
    const known = log(name);
    const query = new URLSearchParams({ from: known.from, mark: known.mark });
    const found = await changed(`/studio/runs/${encodeURIComponent(name)}?${query}`, known.tag);
    if (!found) return grown;
    const { answer, tag } = found;
    if (answer.reset) logs.set(name, fresh());
    const now = log(name);
    for (const line of answer.lines) add(now, line);
    grown ||= answer.reset || answer.lines.length > 0;
    now.from = answer.next;
    now.mark = answer.mark;
    now.tag = answer.lines.length ? "" : tag;
    more = answer.more;
  }
  return grown;
}

function add(known, line) {
  known.step = Math.max(known.step, line.step ?? 0);
  for (const key of CURVES) {
    if (Number.isFinite(line[key])) known.curves[key].push([line.step, line[key]]);
  }
  if (line.sample !== undefined) known.samples.unshift(line);
}

const colour = (name) => COLOURS[runs.findIndex((run) => run.name === name) % COLOURS.length];

function drawChooser() {
  show(byId("none"), runs.length === 0);
  const boxes = runs.map((run) => {
    const box = el("input", {
      type: "checkbox",
      checked: chosen.has(run.name),
      onchange: async () => {
        if (box.checked) chosen.add(run.name);
        else chosen.delete(run.name);
        if (box.checked) await look(run.name);
        draw();
      },
    });
    const state = run.finished ? "finished" : Date.now() - run.updated < LIVE ? "live" : "paused";
    return el(
      "label",
      { class: `run ${colour(run.name)}` },
      box,
      el("b", {}, run.name),
      el("span", { class: `state ${state}` }, t(`runs.${state}`)),
      el("small", { "data-step": run.name }, progress(run)),
    );
  });
  const legend = el("legend", {}, t("runs.choose"));
  byId("chooser").replaceChildren(...(runs.length ? [el("fieldset", {}, legend, boxes)] : []));
}

function progress(run) {
  const step = new Intl.NumberFormat(locale()).format(log(run.name).step);
  if (!log(run.name).step) return "";
  return run.steps ? t("runs.of", { step, steps: new Intl.NumberFormat(locale()).format(run.steps) }) : t("runs.step", { step });
}

function draw() {
  for (const run of runs) {
    for (const node of document.querySelectorAll(`[data-step="${CSS.escape(run.name)}"]`)) node.textContent = progress(run);
  }
  const shown = runs.filter(({ name }) => chosen.has(name));
  const lines = (key) => shown.map(({ name }) => ({ name, colour: colour(name), points: log(name).curves[key] }));
  byId("charts").replaceChildren(...(shown.length ? CURVES.map((key) => chart(t(`chart.${key}`), lines(key))) : []));
  const samples = shown
    .flatMap(({ name }) => log(name).samples.map((line) => ({ ...line, name })))
    .sort((a, b) => b.step - a.step)
    .slice(0, SAMPLES);
  const none = el("p", { class: "quiet" }, t("runs.samples.none"));
  byId("samples").replaceChildren(
    ...(shown.length ? [el("h2", {}, t("runs.samples")), ...(samples.length ? samples.map(sample) : [none])] : []),
  );
}

function sample({ name, step, prompt, sample: text }) {
  return el(
    "article",
    { class: "sheet" },
    el("small", { class: colour(name) }, `${chosen.size > 1 ? `${name} · ` : ""}${t("runs.step", { step: new Intl.NumberFormat(locale()).format(step) })}`),
    el("p", { lang: "zh" }, el("span", { class: "begun" }, prompt), text),
  );
}

async function list() {
  const found = await changed("/studio/runs", listTag);
  if (!found) return;
  listTag = found.tag;
  const first = runs.length === 0;
  runs = found.answer;
  if (first && runs.length) chosen.add(runs[0].name);
  drawChooser();
}

/** Looks again and again while somebody watches. */
async function watch() {
  try {
    await list();
    const changes = await Promise.all([...chosen].map(look));
    if (changes.some((grown) => grown)) draw();
  } catch (trouble) {
    if (trouble.kind === "key") {
      say(trouble, () => {
        clear();
        watch();
      });
      return;
    }
    // Else the server may be back by the next look.
  }
  setTimeout(() => {
    if (document.hidden) document.addEventListener("visibilitychange", watch, { once: true });
    else watch();
  }, EVERY);
}

onLanguage(() => {
  drawChooser();
  draw();
});
await watch();
document.body.dataset.ready = "true";
