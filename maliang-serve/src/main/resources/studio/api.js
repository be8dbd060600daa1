import { kept } from "./dom.js";

/**
 * What went wrong: `kind` is busy, down, gone, lost, key, large or refused; `seconds` is how long to wait when busy.
 */
export class Trouble extends Error {
  constructor(kind, message = "", seconds = 0) {
    super(message);
    this.kind = kind;
    this.seconds = seconds;
  }
}

export const useKey = (key) => kept.set("key", key);

const KINDS = { 401: "key", 403: "key", 413: "large", 429: "busy", 503: "down" };

/** Headers that say who asks. */
function authorised(headers = {}) {
  const key = kept.get("key", "");
  return key ? { ...headers, Authorization: `Bearer ${key}` } : headers;
}

async function ask(path, body, signal) {
  const headers = authorised();
  if (body) headers["Content-Type"] = "application/json";
  const request = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal };
  let response;
  try {
    response = await fetch(path, request);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("gone");
  }
  if (!response.ok) throw await trouble(response);
  return response;
}

async function trouble(response) {
  let message = `HTTP ${response.status}`;
  try {
    message = (await response.json()).error.message;
  } catch {
    // Not every answer comes from the API itself.
  }
  const seconds = Number(response.headers.get("Retry-After")) || 5;
  return new Trouble(KINDS[response.status] ?? "refused", message, seconds);
}

export const get = async (path) => (await ask(path)).json();

/** What is there, and the tag it has; nothing while that is `tag`, or where it cannot be had. Throws Trouble without a key. */
export async function changed(path, tag) {
  const headers = authorised(tag ? { "If-None-Match": tag } : {});
  const response = await fetch(path, { headers, cache: "no-store" });
  if (response.status === 401) throw await trouble(response);
  return response.ok ? { answer: await response.json(), tag: response.headers.get("ETag") ?? "" } : null;
}

export const post = async (path, body, signal) => (await ask(path, body, signal)).json();

/** Streams an answer and calls `onevent` for every event; throws Trouble where it breaks off. */
export async function stream(path, body, signal, onevent) {
  const response = await ask(path, { ...body, stream: true }, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  let done = false;
  try {
    for (;;) {
      const { value, done: ended } = await reader.read();
      if (ended) break;
      held += value;
      const events = held.split(/\r?\n\r?\n/);
      held = events.pop();
      for (const event of events) {
        const data = event.replace(/^data: ?/, "");
        if (data === "[DONE]") done = true;
        else if (event.startsWith("data:")) take(JSON.parse(data), onevent);
      }
    }
  } catch (error) {
    if (error.name === "AbortError" || error instanceof Trouble) throw error;
    throw new Trouble("lost");
  }
  if (!done) throw new Trouble("lost");
}

function take(event, onevent) {
  if (event.error) throw new Trouble("refused", event.error.message);
  onevent(event);
}
