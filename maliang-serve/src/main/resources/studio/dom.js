/** Makes an element. Attributes that begin with "on" are listeners; false and undefined are left out. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

export const byId = (id) => document.getElementById(id);

/** Shows or hides. */
export function show(node, visible) {
  node.hidden = !visible;
}

/** Values kept in this browser. */
export const kept = {
  get(key, fallback) {
    try {
      return JSON.parse(localStorage.getItem(`maliang.${key}`)) ?? fallback;
    } catch {
      return fallback;
    }
  },
  set(key, value) {
    try {
      localStorage.setItem(`maliang.${key}`, JSON.stringify(value));
    } catch {
      // A browser that keeps nothing still writes.
    }
  },
};

/** Radio buttons in a row: native ones, so that arrow keys work. */
export function choices({ name, legend, items, value, onchange, className = "choices" }) {
  const radios = items.map((item) =>
    el(
      "label",
      { class: item.dim ? "choice dim" : "choice", title: item.title },
      el("input", {
        type: "radio",
        name,
        value: item.value,
        "aria-description": item.title || undefined,
        checked: String(item.value) === String(value),
        onchange: () => onchange(item.value),
      }),
      el("span", {}, item.label),
    ),
  );
  return el("fieldset", { class: className }, el("legend", {}, legend), el("div", { class: "row" }, radios));
}
