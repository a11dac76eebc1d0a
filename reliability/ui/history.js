// A choice in a filter is a step that Back takes back. Streamlit writes the choices of bound widgets into the address
// with replaceState, which leaves no step; here such a change becomes one, when it follows a click or a key and is not
// itself what Back brought.
(() => {
  const { history } = window;
  if (history.keepsChoices) return;
  history.keepsChoices = true;
  const replace = history.replaceState.bind(history);
  let byHand = false;
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, () => { byHand = true; }, true);
  window.addEventListener("popstate", () => { byHand = false; }, true);
  history.replaceState = (state, title, url) => {
    const to = new URL(url ?? location.href, location.href);
    const chosen = byHand && to.pathname === location.pathname && to.search !== location.search;
    return chosen ? history.pushState(state, title, url) : replace(state, title, url);
  };
})();
