import { Trouble, get, post, stream } from "./api.js";
import { Brush } from "./brush.js";
import { byId, choices, el, kept, show } from "./dom.js";
import { Forms, squares } from "./forms.js";
import { frame } from "./frame.js";
import { History } from "./history.js";
import { either, onLanguage, t } from "./i18n.js";
import { Modes } from "./modes.js";
import * as notice from "./notice.js";
import { onScript, shown, shownScript, switchScript } from "./script.js";
import { Sheet } from "./sheet.js";
import { accepted } from "./terms.js";
import { tools } from "./tools.js";
import { Vote, histogram } from "./vote.js";
import { hide } from "./why.js";

frame("write");
const [studio, allForms] = await Promise.all([get("/studio/presets"), get("/studio/forms")]);

const wide = matchMedia("(min-width: 60rem)");
let sheets = [];
let votes = null; // the last vote, to be drawn again in another script
let running = null; // an AbortController while something is written

const brush = new Brush(studio.defaults);
const forms = new Forms(allForms, () => brush.fixLength(forms.name() !== ""));
const vote = new Vote(() => ask(count));
const modes = new Modes(studio.modes, useMode);
const history = new History(open);

function useMode(mode) {
  const { preset } = mode;
  notice.clear();
  brush.use(preset);
  forms.use(preset);
  vote.use(preset);
  show(byId("unable"), !mode.able);
  byId("unable").replaceChildren(...(mode.able ? [] : modes.reason()));
  byId("write").disabled = !mode.able;
  byId("vote-go").disabled = !mode.able;
  label();
}

function label() {
  const { preset } = modes.chosen;
  const key = { verse: "prompt.title", couplet: "prompt.line", questions: "prompt.question" }[preset.id] ?? "prompt";
  byId("prompt-label").textContent = t(key);
  byId("prompt").placeholder = either(preset.hint);
  byId("examples").replaceChildren(
    el("span", {}, t("try")),
    ...preset.examples.map((example) =>
      el("button", { type: "button", class: "link", lang: "zh", onclick: () => begin(example) }, example),
    ),
  );
}

function begin(text) {
  byId("prompt").value = text;
  grow();
  byId("prompt").focus();
}

function grow() {
  const prompt = byId("prompt");
  prompt.style.height = "auto";
  prompt.style.height = `${prompt.scrollHeight}px`;
}

/** The request as it stands: where to, and the fields. */
function request() {
  const { preset, asked } = modes.chosen;
  const typed = byId("prompt").value;
  const { stop, regex, choice } = preset.constraint;
  const fields = {
    model: studio.model,
    ...brush.fields(),
    ...(stop.length && { stop }),
    ...(regex && { regex }),
    ...(choice.length && { choice }),
    ...forms.fields(),
  };
  return asked
    ? { path: "/v1/chat/completions", body: { messages: [{ role: "user", content: preset.chat.replace("{prompt}", typed) }], ...fields } }
    : { path: "/v1/completions", body: { prompt: preset.prompt.replace("{prompt}", typed), ...fields } };
}

/** Does `work` with what was typed, once the terms are accepted; one thing at a time. */
async function ask(work) {
  if (running || !modes.chosen.able) return;
  if (!byId("prompt").value.trim() && !byId("acrostic").value.trim()) {
    notice.tell("error.prompt");
    byId("prompt").focus();
    return;
  }
  if (!(await accepted())) return;
  notice.clear();
  hide();
  running = new AbortController();
  busy(true);
  try {
    await work(running.signal);
    announce(t("written"));
  } catch (error) {
    if (error.name === "AbortError") announce(t("stopped"));
    else if (error instanceof Trouble) notice.say(error, () => ask(work));
    else throw error;
  } finally {
    running = null;
    busy(false);
  }
}

function busy(writing) {
  show(byId("write"), !writing);
  show(byId("stop"), writing);
  byId("results").setAttribute("aria-busy", String(writing));
  byId("vote-go").disabled = writing || !modes.chosen.able;
  if (writing) byId("stop").focus({ preventScroll: true });
  else if (document.activeElement === document.body) byId("write").focus({ preventScroll: true });
}

function announce(text) {
  byId("live").textContent = text;
}

async function write(signal) {
  const { path, body } = request();
  const { preset } = modes.chosen;
  const typed = byId("prompt").value.trim() || byId("acrostic").value.trim();
  spread({ preset, typed, path, body, shape: body.form ? forms.layout() : "" });
  announce(t("writing"));
  const told = path.includes("chat") ? { logprobs: true, top_logprobs: 5 } : { logprobs: 5 };
  const ends = sheets.map(() => "");
  let line = "";
  try {
    await stream(path, { ...body, ...told }, signal, (event) => {
      for (const choice of event.choices ?? []) {
        sheets[choice.index].add(choice);
        ends[choice.index] = choice.finish_reason ?? ends[choice.index];
        if (choice.index === 0) line += choice.text ?? choice.delta?.content ?? "";
      }
      if (line.includes("\n")) {
        announce(line.slice(0, line.lastIndexOf("\n")));
        line = line.slice(line.lastIndexOf("\n") + 1);
      }
    });
  } finally {
    sheets.forEach((sheet, i) => sheet.end(ends[i]));
    const texts = sheets.map((sheet, i) => ({ text: sheet.plain(), reason: ends[i] }));
    if (texts.some(({ text }) => text)) history.add({ time: Date.now(), mode: preset.id, typed, path, body, texts });
    else clearResults();
  }
}

/** Lays out a sheet for every text to come. */
function spread({ preset, typed, path, body, shape }) {
  votes = null;
  sheets = Array.from({ length: body.n ?? 1 }, (unused, index) =>
    new Sheet({
      index,
      prompt: typed,
      squares: shape ? squares(shape) : "",
      kind: { couplet: "verse couplet", questions: "verse" }[preset.id] ?? (body.form ? "verse" : "prose"),
      tools: (sheet) => tools(sheet, { path, body, typed, model: studio.model, feedback: studio.feedback, onseed: (seed) => brush.useSeed(seed) }),
    }),
  );
  lay(sheets.map(({ node }) => node));
  reveal();
}

function lay(nodes) {
  byId("results").replaceChildren(...nodes);
  byId("results").dataset.count = nodes.length;
  show(byId("empty"), nodes.length === 0);
}

/** Brings the paper into sight where it lies below. */
function reveal() {
  if (!wide.matches) document.querySelector(".paper").scrollIntoView({ behavior: "smooth" });
}

function clearResults() {
  sheets = [];
  votes = null;
  lay([]);
}

async function count(signal) {
  const { path, body } = request();
  const { form, acrostic, ...plain } = body;
  const fields = vote.fields();
  clearResults();
  lay([el("p", { class: "sheet waiting", role: "status" }, t("vote.going", { n: fields.vote }))]);
  reveal();
  try {
    const answer = await post(path, { ...plain, ...fields }, signal);
    votes = answer.vote;
    lay([await histogram(votes)]);
    announce(votes.answers[0]?.text ?? "");
  } catch (error) {
    clearResults();
    throw error;
  }
}

/** Shows an earlier text again, with what it was written with. */
function open(entry) {
  if (running || !studio.modes.some(({ preset }) => preset.id === entry.mode)) return;
  modes.choose(entry.mode);
  begin(entry.typed);
  const [form, tune] = (entry.body.form ?? "").split(":");
  if (tune) forms.tunes[form] = tune;
  byId("acrostic").value = entry.body.acrostic ?? "";
  if (modes.chosen.preset.constraint.forms.length) forms.use(modes.chosen.preset, form);
  brush.restore(entry.body);
  spread({ preset: modes.chosen.preset, typed: entry.typed, path: entry.path, body: entry.body, shape: "" });
  entry.texts.forEach(({ text, reason }, i) => {
    sheets[i]?.add({ text });
    sheets[i]?.end(reason);
  });
}

function drawScript() {
  byId("script").replaceChildren(
    choices({
      name: "script",
      legend: t("script"),
      items: ["hans", "hant"].map((value) => ({ value, label: t(`script.${value}`) })),
      value: shownScript() || "hans",
      onchange: switchScript,
    }),
  );
}

const drawVotes = async () => {
  if (votes) lay([await histogram(votes)]);
};
onScript(() => {
  sheets.forEach((sheet) => sheet.convert());
  drawVotes();
});

const vertical = byId("vertical");
vertical.checked = kept.get("vertical", false);
const turn = () => {
  byId("results").classList.toggle("vertical", vertical.checked);
  kept.set("vertical", vertical.checked);
};
vertical.addEventListener("change", turn);
turn();

byId("write").addEventListener("click", () => ask(write));
byId("stop").addEventListener("click", () => running?.abort());
byId("prompt").addEventListener("input", grow);
byId("prompt").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault(); // or it would press the button of the terms
    ask(write);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") running?.abort();
});
document.addEventListener("scroll", hide, { passive: true });

const unfold = () => {
  byId("brush").open = wide.matches;
};
wide.addEventListener("change", unfold);
unfold();

onLanguage(() => {
  modes.draw();
  brush.draw();
  forms.draw();
  vote.draw();
  label();
  drawScript();
  drawVotes();
  if (!modes.chosen.able) byId("unable").replaceChildren(...modes.reason());
});
drawScript();
useMode(modes.chosen);
document.body.dataset.ready = "true";
