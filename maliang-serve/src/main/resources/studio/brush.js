import { byId, choices, el, kept } from "./dom.js";
import { t } from "./i18n.js";

const LENGTHS = [32, 128, 256, 512];
const SLIDERS = {
  temperature: { min: 0, max: 2, step: 0.05 },
  top_p: { min: 0.05, max: 1, step: 0.05 },
  top_k: { min: 0, max: 100, step: 1 },
};

/** How it is written: length, number of texts, sampling and seed. */
export class Brush {
  constructor(defaults) {
    this.defaults = defaults;
    this.samples = kept.get("samples", 1);
    this.seed = "";
    this.values = {};
    this.fixed = false;
  }

  /** Takes what a preset recommends. */
  use(preset) {
    this.preset = preset;
    this.length = preset.length;
    this.values = {};
    this.draw();
  }

  recommended(name) {
    return this.preset.decoding[name] ?? this.defaults[name];
  }

  draw() {
    this.drawLength();
    byId("samples").replaceChildren(
      choices({
        name: "samples",
        legend: t("samples"),
        items: [1, 2, 3, 4, 5].map((value) => ({ value, label: value })),
        value: this.samples,
        onchange: (value) => {
          this.samples = value;
          kept.set("samples", value);
        },
      }),
    );
    byId("sliders").replaceChildren(
      ...Object.keys(SLIDERS).map((name) => this.slider(name)),
      this.seedField(),
      el("button", { type: "button", class: "link", onclick: () => this.use(this.preset) }, t("reset")),
    );
  }

  /** Lets the form decide the length, or the reader. */
  fixLength(fixed) {
    this.fixed = fixed;
    this.drawLength();
  }

  drawLength() {
    const row = choices({
      name: "length",
      legend: t("length"),
      items: LENGTHS.map((value) => ({ value, label: value })),
      value: this.length,
      onchange: (value) => {
        this.length = value;
      },
    });
    byId("length").replaceChildren(this.fixed ? el("p", { class: "quiet" }, t("length.form")) : row);
  }

  slider(name) {
    const value = this.values[name] ?? this.recommended(name);
    const output = el("output", { for: name });
    const tell = (number) => {
      output.textContent = name === "top_k" && number === 0 ? t("top_k.off") : String(number);
    };
    tell(value);
    const input = el("input", {
      type: "range",
      id: name,
      ...SLIDERS[name],
      value,
      oninput: () => {
        this.values[name] = Number(input.value);
        tell(Number(input.value));
      },
    });
    return el("div", { class: "slider" }, el("label", { for: name }, t(name)), output, input);
  }

  seedField() {
    const input = el("input", {
      id: "seed",
      inputmode: "numeric",
      pattern: "[0-9]*",
      maxlength: 10,
      placeholder: t("seed.random"),
      value: this.seed,
      oninput: () => {
        this.seed = input.value.replace(/\D/g, "");
      },
    });
    return el("div", { class: "field" }, el("label", { for: "seed" }, t("seed")), input);
  }

  useSeed(seed) {
    this.seed = String(seed);
    byId("seed").value = this.seed;
  }

  /** The fields of a request; a seed is drawn where none is given. */
  fields() {
    const seed = this.seed === "" ? Math.floor(Math.random() * 1e6) : Math.min(Number(this.seed), 2 ** 31 - 1);
    const sampling = { ...this.preset.decoding };
    for (const name of Object.keys(SLIDERS)) sampling[name] = this.values[name] ?? this.recommended(name);
    if (sampling.top_k === 0) delete sampling.top_k;
    return { max_tokens: this.length, ...sampling, seed, n: this.samples };
  }

  /** Goes back to what a request was written with. */
  restore(fields) {
    this.length = LENGTHS.includes(fields.max_tokens) ? fields.max_tokens : this.length;
    this.samples = fields.n ?? 1;
    this.seed = String(fields.seed ?? "");
    this.values = {};
    for (const name of Object.keys(SLIDERS)) {
      if (fields[name] !== undefined) this.values[name] = fields[name];
    }
    this.draw();
  }
}
