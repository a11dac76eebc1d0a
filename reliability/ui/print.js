// A chart is drawn as wide as the window; on paper it becomes as wide as its column: while a page is
// printed its drawings scale with the box around them.
(() => {
  if (window.printsWhole) return;
  window.printsWhole = true;
  const BOX = ".js-plotly-plot .svg-container";

  const drawings = (box) => box.querySelectorAll(":scope > svg.main-svg");

  window.addEventListener("beforeprint", () => {
    for (const box of document.querySelectorAll(BOX)) {
      const { width, height } = box.getBoundingClientRect();
      if (!width || !height) continue;
      box.style.setProperty("--drawn", `${width} / ${height}`);
      for (const svg of drawings(box)) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    }
  });

  window.addEventListener("afterprint", () => {
    for (const box of document.querySelectorAll(BOX)) {
      box.style.removeProperty("--drawn");
      for (const svg of drawings(box)) svg.removeAttribute("viewBox");
    }
  });
})();
