/* Links that end in #card-<view> lead to that card, and the marks beside headline numbers open the list of their card. */
(function () {
  "use strict";
  const LONGEST = 6000; /* milliseconds in which a page is drawn, or is left where it is */

  let leave = () => {};
  let led = "";

  /* cards above are still being filled: the card is kept at the top until the reader moves, or the time is up */
  function lead() {
    const aim = window.location.pathname + window.location.hash;
    if (aim === led) return; /* a control was used on the page */
    led = aim;
    leave();
    const name = window.location.hash.slice(1);
    if (!name.startsWith("card-")) return;
    const again = () => document.getElementById(name)?.scrollIntoView({ block: "start" });
    const drawn = new MutationObserver(again);
    const sized = new ResizeObserver(again);
    const moves = ["wheel", "touchstart", "pointerdown", "keydown"];
    const timer = window.setTimeout(() => leave(), LONGEST);
    leave = () => {
      drawn.disconnect();
      sized.disconnect();
      window.clearTimeout(timer);
      moves.forEach((move) => window.removeEventListener(move, leave));
      leave = () => {};
    };
    drawn.observe(document.documentElement, { childList: true, subtree: true });
    sized.observe(document.body);
    moves.forEach((move) => window.addEventListener(move, leave, { passive: true }));
    again();
  }

  window.addEventListener("load", lead);
  window.addEventListener("popstate", lead);
  window.addEventListener("_dashprivate_pushstate", () => window.setTimeout(lead));

  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.(".published-mark");
    const list = mark && mark.closest(".card")?.querySelector(".published");
    if (!list) return;
    const button = list.querySelector("summary");
    if (!list.open) button.click();
    button.focus();
    list.scrollIntoView({ block: "nearest" });
  });
})();
