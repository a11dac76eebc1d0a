// A chart is drawn as wide as the window; on paper it becomes as wide as its column. While a page is printed its
// drawings scale with the box around them, and what was drawn for a dark page is known to be.
(() => {
  if (window.printsWhole) return;
  window.printsWhole = true;
  const BOX = ".js-plotly-plot .svg-container";

  const drawings = (box) => box.querySelectorAll(":scope > svg.main-svg");

  window.addEventListener("beforeprint", () => {
    const page = document.querySelector("[data-testid=stApp]");
    const parts = page ? getComputedStyle(page).backgroundColor.match(/\d+/g).slice(0, 3).map(Number) : [];
    document.documentElement.classList.toggle("prints-dark", parts.length > 0 && Math.max(...parts) < 128);
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
