/* The month of the path: dragged in the figure or slid beside it, kept in the address like every other choice. */
(function () {
  "use strict";
  const no_update = () => window.dash_clientside.no_update;

  /* the address with this month; the month shown anyway is left out */
  function at(month, automatic) {
    const params = new URLSearchParams(window.location.search);
    const before = params.toString();
    if (String(month) === automatic) params.delete("month");
    else params.set("month", String(month));
    const words = params.toString();
    if (words === before) return no_update();
    return words ? "?" + words.replace(/%2C/g, ",") : "";
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    transplant: {
      /* the cursor of any panel was dragged */
      drag: function (relayout, [automatic]) {
        const moved = Object.keys(relayout || {}).find((key) => /^shapes\[\d+\]\.x0$/.test(key));
        return moved ? at(Math.max(1, Math.round(relayout[moved])), automatic) : no_update();
      },

      slide: function ([value], [automatic]) {
        return value === null || value === undefined ? no_update() : at(Number(value), automatic);
      },

      /* the slider stands where the address says; a trial without a month has none */
      follow: function (state, names) {
        const month = state && new URLSearchParams(state.query).get("month");
        return names.map((automatic) => Number(month || automatic));
      },
    },
  });
})();
