/* A reader's zoom outlives the next answer. Plotly keeps it as long as the axes that the server sends are the same
   (uirevision), but after each zoom Dash draws the figure again with the zoom written into it: Plotly would take that
   for what the server sent, and drop it at the next answer. The very data that are drawn are not drawn again; an
   answer of the server brings data of its own. */
(function () {
  "use strict";
  let plotly;
  Object.defineProperty(window, "Plotly", {
    configurable: true,
    get: () => plotly,
    set: (loaded) => {
      plotly = loaded;
      const react = loaded.react;
      loaded.react = (element, figure, ...rest) =>
        figure && figure.data && figure.data === element.data
          ? Promise.resolve(element)
          : react(element, figure, ...rest);
    },
  });
})();
