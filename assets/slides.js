/* A deck or a report is made on the server and fetched here, so that the reader sees that it is being made. */
(function () {
  "use strict";
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    slides: {
      fetch: async function (slides, report, chosen) {
        if (!slides && !report) return window.dash_clientside.no_update;
        const views = (chosen || []).filter((one) => one[1]).map((one) => one[0]);
        if (!views.length) return "Choose at least one view.";
        const asked = window.dash_clientside.callback_context.triggered_id, deck = asked === "slides-export";
        const button = document.getElementById(asked), words = button.textContent, status = document.getElementById("slides-status");
        const query = new URLSearchParams(window.location.search);
        query.set("views", views.join(","));
        const started = Date.now();
        const say = () => (button.textContent = "Making " + (deck ? "the slides of " : "the report of ") + views.length + " views, " + Math.round((Date.now() - started) / 1000) + " s");
        button.disabled = true;
        status.setAttribute("aria-busy", "true");
        say();
        const clock = window.setInterval(say, 1000);
        try {
          const answer = await window.fetch(window.trialboard.below((deck ? "/slides/deck.pptx?" : "/report.html?") + query));
          if (!answer.ok) return "The file could not be made: " + (await answer.text());
          const named = /filename="?([^";]+)/.exec(answer.headers.get("Content-Disposition") || "");
          const link = document.createElement("a");
          link.href = URL.createObjectURL(await answer.blob());
          link.download = named ? named[1] : "trialboard";
          link.click();
          window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
          return "Saved as " + link.download;
        } catch (failed) {
          return "The file could not be fetched: is the server still there?";
        } finally {
          window.clearInterval(clock);
          status.removeAttribute("aria-busy");
          button.disabled = false;
          button.textContent = words;
        }
      },
    },
  });
})();
