// Draws a chart and keeps its last drawings: who goes back and forth between two quarters has each drawn once, where
// Streamlit's own chart is taken out and built anew. Called with every change of the figure and of the theme. A chart is
// drawn once it comes near to what is seen, or is printed. One out of sight whose drawing is over, and whose next is not
// kept, changes when nobody waits for the page any more, or when it comes into sight; until then it is not shown.
const ROLES = 10; // stand-ins of colours in a figure's text, in the order of theme.chartCategoricalColors
const PAGE = "#000038";
const NEAR = "400px";
const SEEN = "100px";
const REST = 1000; // ms in which nothing was asked for
const KEPT = 3; // drawings of a chart: the one shown and two before it
const CONFIG = { displayModeBar: false, displaylogo: false, scrollZoom: false, doubleClick: false };

let loading;
let frame = 0;
let resting = 0;
const boxes = new Set();
const waiting = new Set();

// Plotly's script, fetched once for all charts of the tab.
const plotly = (source) => loading ??= new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = source;
  script.onload = () => resolve(window.Plotly);
  script.onerror = () => {
    loading = undefined;
    script.remove();
    reject(Error("The script that draws charts could not be loaded. Load the page again."));
  };
  document.head.append(script);
});

// The colours and the font that the page has now. To ask makes the browser work out what is pending: once a theme.
const look = (box) => {
  const style = getComputedStyle(box);
  const roles = style.getPropertyValue("--st-chart-categorical-colors").split(",");
  return {
    colours: roles.slice(0, ROLES).map((colour) => colour.trim()),
    page: style.getPropertyValue("--st-background-color").trim(),
    family: style.fontFamily,
  };
};

const painted = (text, { colours, page }) => colours.reduce(
  (paint, colour, role) => paint.replaceAll(`#0000${String(role + 1).padStart(2, "0")}`, colour),
  text.replaceAll(PAGE, page),
);

// The figure as it is wanted now, and all that its drawing depends on. Worked out once: it is long.
const wanted = ({ asked, width }) => {
  if (asked.wanted?.width !== width) {
    const figure = painted(asked.text, asked.look);
    asked.wanted = { width, figure, whole: `${width} ${asked.look.family} ${figure}` };
  }
  return asked.wanted;
};

// A place to draw in: a new one, or the one that was shown longest ago.
const place = (box) => {
  if (box.kept.size >= KEPT) {
    const [[oldest, drawing]] = box.kept;
    box.kept.delete(oldest);
    return drawing;
  }
  return document.createElement("div");
};

const paint = (box, drawing, figure) => {
  const { data, layout } = JSON.parse(figure).figure;
  layout.width = box.width;
  layout.font.family = box.asked.look.family;
  const isNew = !drawing.data;
  window.Plotly.react(drawing, data, layout, CONFIG);
  if (!isNew) return;
  drawing.on("plotly_click", ({ points }) => {
    const chosen = points[0]?.customdata;
    if (box.asked.clickable && chosen) box.asked.choose([].concat(chosen));
  });
};

const draw = (box) => {
  if (!box.asked || !box.width) return;
  box.style.opacity = "";
  const { figure, whole } = wanted(box);
  if (box.drawn === whole) return;
  const shown = box.kept.get(box.drawn);
  if (shown) window.Plotly.Fx.unhover(shown); // what a point said would stand there still when it is shown again
  const before = box.kept.get(whole);
  const drawing = before ?? place(box);
  box.drawn = whole;
  box.replaceChildren(drawing); // before it is painted: what is nowhere cannot be measured
  if (!before) paint(box, drawing, figure);
  box.kept.delete(whole);
  box.kept.set(whole, drawing); // last: shown last
};

const forget = (box) => {
  for (const drawing of box.kept.values()) window.Plotly.purge(drawing);
  box.kept.clear();
  box.drawn = "";
};

const instead = (box, said) => {
  forget(box);
  box.style.opacity = "";
  box.textContent = said;
};

// All charts that wait are drawn in one go: each alone would have the browser lay out the page again.
const drawAll = async () => {
  const [first] = waiting; // none, where all have left since
  const failed = first && await plotly(first.asked.source).then(() => "", (error) => error.message);
  for (const box of waiting) {
    try {
      if (failed) instead(box, failed);
      else draw(box);
    } catch (error) {
      console.error(error);
      instead(box, "This chart could not be drawn.");
    }
  }
  waiting.clear();
  frame = 0;
};

const atOnce = (box) => {
  waiting.add(box);
  frame ||= requestAnimationFrame(drawAll);
};

const atRest = () => {
  clearTimeout(resting);
  resting = setTimeout(() => {
    for (const box of boxes) if (box.asked && box.near) atOnce(box);
  }, REST);
};

const soon = (box) => {
  if (!box.asked || !box.width) return; // its width comes when it is shown
  const { whole } = wanted(box);
  if (box.seen || (box.near && !box.drawn) || box.kept.has(whole)) {
    atOnce(box);
    return;
  }
  const isOver = box.drawn && box.drawn !== whole;
  box.style.opacity = isOver ? "0" : ""; // a screen reader has its words, which are of now
  if (isOver && box.near) atRest();
};

const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    target.width = Math.floor(contentRect.width);
    soon(target);
  }
});

const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    target.near = isIntersecting;
    soon(target);
  }
}, { rootMargin: NEAR, scrollMargin: NEAR });

const view = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    target.seen = isIntersecting;
    soon(target);
  }
}, { rootMargin: SEEN, scrollMargin: SEEN });

const made = (parent) => {
  const box = document.createElement("div");
  box.className = "rl-plot";
  box.setAttribute("role", "figure");
  box.kept = new Map();
  box.drawn = "";
  parent.append(box);
  boxes.add(box);
  sizes.observe(box);
  sight.observe(box);
  view.observe(box);
  return box;
};

const left = (box) => {
  boxes.delete(box);
  waiting.delete(box);
  sizes.unobserve(box);
  sight.unobserve(box);
  view.unobserve(box);
  forget(box);
};

// A chart is drawn as wide as the window; on paper it becomes as wide as its column: while a page is printed its
// drawings scale with the box around them.
const drawings = (box) => box.querySelectorAll("svg.main-svg");

window.addEventListener("beforeprint", () => {
  for (const box of boxes) {
    if (window.Plotly) draw(box);
    const whole = box.querySelector(".svg-container");
    if (!whole || !box.width) continue;
    const { width, height } = whole.getBoundingClientRect();
    whole.style.setProperty("--drawn", `${width} / ${height}`);
    for (const svg of drawings(box)) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }
});

window.addEventListener("afterprint", () => {
  for (const box of boxes) {
    box.querySelector(".svg-container")?.style.removeProperty("--drawn");
    for (const svg of drawings(box)) svg.removeAttribute("viewBox");
  }
});

export default ({ data, parentElement, setTriggerValue }) => {
  const box = parentElement.querySelector(".rl-plot") ?? made(parentElement);
  const text = new TextDecoder().decode(data);
  const { alt, clickable, height, source } = JSON.parse(text);
  // With another figure the theme is the same; with the same figure the theme has changed.
  const known = box.asked && box.asked.text !== text ? box.asked.look : look(box);
  const choose = (keys) => setTriggerValue("chosen", keys);
  box.asked = { text, look: known, source, clickable, choose };
  box.setAttribute("aria-label", alt);
  box.style.height = `${height}px`;
  soon(box);
  return () => left(box);
};
