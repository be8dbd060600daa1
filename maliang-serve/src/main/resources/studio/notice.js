import { useKey } from "./api.js";
import { byId, el } from "./dom.js";
import { t } from "./i18n.js";

let timer = 0;

export function clear() {
  clearInterval(timer);
  byId("notice").replaceChildren();
}

/** Says in words what went wrong, and what to do; `retry` writes again. */
export function say(trouble, retry) {
  clear();
  const text = el("p");
  const again = el("button", { type: "button", onclick: retry }, t("error.retry"));
  byId("notice").append(text, again);
  if (trouble.kind === "busy") {
    countdown(text, again, trouble.seconds);
  } else if (trouble.kind === "key") {
    text.textContent = t("error.key");
    const field = el("input", { type: "password", "aria-label": "API key", autocomplete: "off" });
    again.textContent = t("error.key.use");
    again.before(field);
    again.addEventListener("click", () => useKey(field.value), { capture: true });
  } else {
    text.textContent = t(`error.${trouble.kind}`, { message: trouble.message });
  }
}

/** Words alone, without a way to try again. */
export function tell(key) {
  clear();
  byId("notice").append(el("p", {}, t(key)));
}

function countdown(text, again, seconds) {
  let left = Math.ceil(seconds);
  again.disabled = true;
  text.textContent = t("error.busy", { seconds: left });
  timer = setInterval(() => {
    left--;
    if (left > 0) {
      text.textContent = t("error.busy", { seconds: left });
    } else {
      clearInterval(timer);
      text.textContent = t("error.busy.ready");
      again.disabled = false;
    }
  }, 1000);
}
