// Draws a chart and keeps its drawing: what is asked for next changes what is there, where Streamlit's own chart is taken
// out and built anew. Called with every change of the figure and of the theme. A chart is drawn once it comes near to what
// is seen, or is printed. One that is drawn and out of sight changes when nobody waits for the page any more, or when it
// comes into sight; until then it is not shown, since what it says is over.
const ROLES = 10; // stand-ins of colours in a figure's text, in the order of theme.chartCategoricalColors
const PAGE = "#000038";
const NEAR = "400px";
const SEEN = "100px";
const REST = 1000; // ms in which nothing was asked for
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

// The figure as it is wanted now, and all that its drawing depends on.
const wanted = ({ asked, width }) => {
  const figure = painted(asked.text, asked.look);
  return { figure, whole: `${width} ${asked.look.family} ${figure}` };
};

const draw = (box) => {
  const { asked, width } = box;
  if (!asked || !width) return; // its width comes when it is shown
  box.style.opacity = "";
  const { figure, whole } = wanted(box);
  if (box.drawn === whole) return;
  box.drawn = whole;
  const { data, layout } = JSON.parse(figure).figure;
  layout.width = width;
  layout.font.family = asked.look.family;
  if (!box.listens) box.textContent = "";
  window.Plotly.react(box, data, layout, CONFIG);
  if (box.listens) return;
  box.listens = true;
  box.on("plotly_click", ({ points }) => {
    const chosen = points[0]?.customdata;
    if (box.asked.clickable && chosen) box.asked.choose([].concat(chosen));
  });
};

const instead = (box, said) => {
  window.Plotly?.purge(box);
  box.listens = false;
  box.drawn = "";
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
  if (!box.asked) return;
  if (box.seen || (box.near && !box.drawn)) {
    atOnce(box);
    return;
  }
  const isOver = box.drawn && box.drawn !== wanted(box).whole;
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
  window.Plotly?.purge(box);
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
