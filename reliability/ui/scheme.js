// What Streamlit puts beside the page, its drawers, does not say whether the theme is light or dark; the page does. The
// document takes the page's scheme, at once and whenever the theme is switched, which the server is not told.
(() => {
  if (window.followsTheme) return;
  const page = document.querySelector("[data-testid=stApp]");
  if (!page) return;
  window.followsTheme = true;
  const follow = () => { document.documentElement.style.colorScheme = getComputedStyle(page).colorScheme; };
  new MutationObserver(follow).observe(page, { attributes: true, attributeFilter: ["class"] });
  follow();
})();
