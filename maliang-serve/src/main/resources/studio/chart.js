import { locale, t } from "./i18n.js";
import { el } from "./dom.js";

const HEIGHT = 240;
const LEFT = 58;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;
const wide = matchMedia("(min-width: 40rem)");
const MOST = 600; // points of a line that are drawn

function svg(tag, attributes, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Round steps that cut a range into about `count` parts. */
function ticks(low, high, count) {
  const rough = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const marks = [];
  for (let mark = Math.ceil(low / step) * step; mark <= high + step / 1e6; mark += step) marks.push(mark);
  return marks;
}

const short = (value) => {
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-2) return Number(value.toPrecision(3)).toExponential().replace("e-", "e−");
  return new Intl.NumberFormat(locale(), { maximumSignificantDigits: 4 }).format(value);
};

/** Of many points the means of as many groups as can be seen. */
function thin(points) {
  const size = Math.ceil(points.length / MOST);
  if (size <= 1) return points;
  const means = [];
  for (let at = 0; at < points.length; at += size) {
    const group = points.slice(at, at + size);
    means.push([group.at(-1)[0], group.reduce((sum, [, y]) => sum + y, 0) / group.length]);
  }
  return means;
}

/** A figure of lines over steps; `lines` is [{name, colour, points: [[step, value]…]}]. */
export function chart(title, lines) {
  const width = wide.matches ? 560 : 340;
  const drawn = lines.filter(({ points }) => points.length);
  const figure = el("figure", {}, el("figcaption", {}, title));
  if (!drawn.length) {
    figure.append(el("p", { class: "quiet" }, t("chart.none")));
    return figure;
  }
  const thinned = drawn.map((line) => ({ ...line, points: thin(line.points) }));
  const all = thinned.flatMap(({ points }) => points);
  const right = Math.max(...all.map(([x]) => x), 1);
  let low = Math.min(...all.map(([, y]) => y));
  let high = Math.max(...all.map(([, y]) => y));
  if (low > 0 && low < high / 3) low = 0;
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  high += margin;
  low = low === 0 ? 0 : low - margin;
  const x = (step) => LEFT + (step / right) * (width - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((value - low) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const latest = drawn.map(({ name, points }) => `${name}: ${short(points.at(-1)[1])}`).join(", ");
  const picture = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": `${title}; ${t("chart.latest")} ${latest}` });
  for (const mark of ticks(low, high, 4)) {
    picture.append(svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(mark), y2: y(mark), class: "grid" }));
    picture.append(svg("text", { x: LEFT - 8, y: y(mark) + 4, class: "left" }, short(mark)));
  }
  for (const mark of ticks(0, right, width / 110)) {
    picture.append(svg("text", { x: x(mark), y: HEIGHT - 6, class: "below" }, short(mark)));
  }
  for (const { points, colour } of thinned) {
    const path = points.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
    picture.append(svg("polyline", { points: path, class: `line ${colour}` }));
    const [step, value] = points.at(-1);
    picture.append(svg("circle", { cx: x(step), cy: y(value), r: 3, class: `dot ${colour}` }));
  }
  const values = drawn.map(({ colour, points }) => el("span", { class: colour }, short(points.at(-1)[1])));
  figure.firstChild.append(el("span", { class: "latest" }, values));
  figure.append(picture);
  return figure;
}
