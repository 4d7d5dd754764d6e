/* The landmark of the laboratory: dragged in the figure, kept in the address like every other choice. */
(function () {
  "use strict";
  const no_update = () => window.dash_clientside.no_update;

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    laboratory: {
      drag: function (relayout) {
        const x = relayout && relayout["shapes[0].x0"];
        if (x === undefined || x === null) return no_update();
        const params = new URLSearchParams(window.location.search);
        params.set("landmark", String(Math.max(Number(x.toFixed(1)), 0.1)));
        return "?" + params.toString().replace(/%2C/g, ",");
      },
    },
  });
})();
