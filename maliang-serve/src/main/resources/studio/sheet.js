import { el, show } from "./dom.js";
import { t } from "./i18n.js";
import { shown, shownScript } from "./script.js";
import { explain, hide, percent, visible } from "./why.js";

const CONVERTED_EVERY = 250; // milliseconds, while text streams in

/** Tokens with their scores, as the two APIs have them: [{text, logprob, alternatives}]. */
function scores(logprobs) {
  if (logprobs?.content) {
    return logprobs.content.map(({ token, logprob, top_logprobs: top }) => ({
      text: token,
      logprob,
      alternatives: Object.fromEntries(top.map((other) => [other.token, other.logprob])),
    }));
  }
  return (logprobs?.tokens ?? []).map((text, i) => ({
    text,
    logprob: logprobs.token_logprobs[i],
    alternatives: logprobs.top_logprobs?.[i],
  }));
}

/** A sheet of paper with one text: title or beginning, the tokens written so far, and the empty squares that remain. */
export class Sheet {
  /** @param squares the shape the text will have, empty if unknown
   *  @param kind prose goes on after the prompt; verse has it as a title; it is the first line of a couplet
   *  @param tools buttons below the text */
  constructor({ index, prompt, squares, kind, tools }) {
    this.prompt = prompt;
    this.squares = [...squares];
    this.tokens = [];
    this.focus = 0;
    this.heading = el("span", { class: kind === "prose" ? "begun" : "title" }, prompt);
    this.written = el("span", { class: "written", role: "group", "aria-label": t("text.help"), "data-label": "text.help" });
    this.rest = el("span", { class: "rest", "aria-hidden": "true" }, squares);
    this.note = el("span", { class: "note" });
    this.text = el("div", { class: `text ${kind}`, lang: "zh" }, this.heading, this.written, this.note, this.rest);
    this.tools = el("footer", { hidden: true }, tools(this));
    this.node = el("article", { class: "sheet", "aria-label": t("result", { n: index + 1 }) }, this.text, this.tools);
    this.listen();
  }

  listen() {
    const about = (event) => {
      const node = event.target.closest(".token");
      if (node) explain(node, this.tokens[node.dataset.at]);
    };
    this.written.addEventListener("pointerover", about);
    this.written.addEventListener("click", about);
    this.written.addEventListener("focusin", about);
    this.written.addEventListener("pointerleave", hide);
    this.written.addEventListener("focusout", hide);
    this.written.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        this.move(this.focus + step);
      } else if (event.key === "Escape") {
        hide();
      }
    });
  }

  /** Moves the one tab stop of the text. */
  move(to) {
    const nodes = this.written.querySelectorAll(".token");
    const next = Math.min(Math.max(0, to), nodes.length - 1);
    nodes[this.focus].tabIndex = -1;
    nodes[next].tabIndex = 0;
    nodes[next].focus();
    this.focus = next;
  }

  /** Adds what a choice of a stream brings, of completions or of chat. */
  add(choice) {
    const text = choice.text ?? choice.delta?.content ?? "";
    const tokens = scores(choice.logprobs);
    const known = tokens.map((token) => token.text).join("") === text;
    for (const token of known ? tokens : [{ text }]) {
      if (token.text !== "") this.append(token);
    }
    this.rest.textContent = this.squares.slice([...this.plain()].length).join("");
    this.convertSoon();
  }

  append(token) {
    const at = this.tokens.push(token) - 1;
    const label = token.alternatives ? `${visible(token.text)} ${percent(token.logprob)}` : undefined;
    const role = token.alternatives ? "button" : undefined;
    this.written.append(
      el("span", { class: "token", "data-at": at, tabindex: at === 0 ? 0 : -1, role, "aria-label": label }, token.text),
    );
  }

  /** What was written, as it was. */
  plain() {
    return this.tokens.map(({ text }) => text).join("");
  }

  /** What was written, as it is shown. */
  shownText() {
    return this.written.textContent;
  }

  end(reason) {
    this.rest.textContent = "";
    this.note.textContent = reason === "length" ? t("cut") : reason === "content_filter" ? t("filtered") : "";
    show(this.tools, true);
    this.convert();
  }

  convertSoon() {
    if (shownScript() === "" || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = 0;
      this.convert();
    }, CONVERTED_EVERY);
  }

  /** Shows the text in the script that is chosen, character by character, so that tokens stay where they are. */
  async convert() {
    const plain = this.plain();
    const [title, text] = await shown([this.prompt, plain]).catch(() => [this.prompt, plain]);
    this.heading.textContent = title;
    const points = [...text];
    const nodes = this.written.querySelectorAll(".token");
    if (points.length !== [...plain].length) return;
    let at = 0;
    this.tokens.forEach((token, i) => {
      const length = [...token.text].length;
      if (at + length <= points.length) nodes[i].textContent = points.slice(at, at + length).join("");
      at += length;
    });
  }
}
