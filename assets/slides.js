/* The deck is made on the server and fetched here, so that the reader sees that it is being made. */
(function () {
  "use strict";
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    slides: {
      fetch: async function (clicks, chosen) {
        const PREFIX = JSON.parse(document.getElementById("_dash-config").textContent).requests_pathname_prefix || "/";
        if (!clicks) return window.dash_clientside.no_update;
        const views = (chosen || []).filter((one) => one[1]).map((one) => one[0]);
        if (!views.length) return "Choose at least one view.";
        const button = document.getElementById("slides-export"), status = document.getElementById("slides-status");
        const query = new URLSearchParams(window.location.search);
        query.set("views", views.join(","));
        const started = Date.now();
        const say = () => (button.textContent = "Making the slides of " + views.length + " views, " + Math.round((Date.now() - started) / 1000) + " s");
        button.disabled = true;
        status.setAttribute("aria-busy", "true");
        say();
        const clock = window.setInterval(say, 1000);
        try {
          const answer = await window.fetch(PREFIX + "slides/deck.pptx?" + query);
          if (!answer.ok) return "The slides could not be made: " + (await answer.text());
          const named = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
          const link = document.createElement("a");
          link.href = URL.createObjectURL(await answer.blob());
          link.download = named ? named[1] : "slides.pptx";
          link.click();
          window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
          return "Saved as " + link.download;
        } catch (failed) {
          return "The slides could not be fetched: is the server still there?";
        } finally {
          window.clearInterval(clock);
          status.removeAttribute("aria-busy");
          button.disabled = false;
          button.textContent = "Export";
        }
      },
    },
  });
})();
