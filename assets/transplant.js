/* The month of the path, dragged in the figure, kept in the address like every other choice. */
(function () {
  "use strict";
  const no_update = () => window.dash_clientside.no_update;

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    transplant: {
      /* the cursor of any panel was dragged; the month shown anyway is left out of the address */
      drag: function (relayout, sliders, names) {
        const moved = Object.keys(relayout || {}).find((key) => /^shapes\[\d+\]\.x0$/.test(key));
        if (!moved) return no_update();
        const params = new URLSearchParams(window.location.search);
        const before = params.toString();
        const month = String(Math.max(1, Math.round(relayout[moved])));
        if (month === names[sliders.findIndex((id) => id.slider === "month")]) params.delete("month");
        else params.set("month", month);
        const words = params.toString();
        if (words === before) return no_update();
        return words ? "?" + words.replace(/%2C/g, ",") : "";
      },
    },
  });
})();
