/* The address is the state. These functions read it, write it, and keep the controls in step with it;
   they decide nothing about the trial: what a value means is checked on the server. */
(function () {
  "use strict";
  const no_update = () => window.dash_clientside.no_update;
  const PHONE = 700, TABLET = 1200;

  function screen() {
    const width = window.innerWidth || TABLET; /* a page not yet laid out has no width */
    return width < PHONE ? "phone" : width < TABLET ? "tablet" : "desktop";
  }

  /* a control's value as the link writes it */
  function text(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "boolean") return value ? "on" : "off";
    return Array.isArray(value) ? value.join(",") : String(value);
  }

  /* and back, in the type the control has now */
  function value(words, now) {
    if (typeof now === "boolean") return words === "on";
    if (Array.isArray(now)) return words === "" ? [] : words.split(",");
    if (typeof now === "number" || now === null || now === undefined) return words === "" ? null : Number(words);
    return words;
  }

  /* arms stand in the order of the trial, whatever the order they were clicked in */
  function ordered(words, standard) {
    const order = (standard || "").split(",");
    return words.split(",").sort((a, b) => order.indexOf(a) - order.indexOf(b)).join(",");
  }

  function search(params) {
    const words = params.toString().replace(/%2C/g, ",");
    return words ? "?" + words : "";
  }

  function put(params, name, words, standard) {
    if (name === "arms") words = ordered(words, standard);
    if (words === (standard || "")) params.delete(name);
    else params.set(name, words);
  }

  function toggle(words) {
    const params = new URLSearchParams(window.location.search);
    const at = words.indexOf("=");
    const name = words.slice(0, at), level = words.slice(at + 1);
    const chosen = params.getAll(name);
    params.delete(name);
    if (chosen.length !== 1 || chosen[0] !== level) params.set(name, level);
    return search(params);
  }

  /* what is drawn again keeps the focus: a reader at the keyboard is not thrown back to the top */
  let focused = "";
  document.addEventListener("focusin", (event) => (focused = event.target.id));
  document.addEventListener("focusout", (event) =>
    /* only afterwards is it known whether it was left or taken away */
    window.setTimeout(() => {
      if (event.target.isConnected && document.activeElement === document.body) focused = "";
    })
  );
  new MutationObserver(() => {
    if (!focused || document.activeElement !== document.body) return;
    const again = document.getElementById(focused);
    if (again) again.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });

  /* a phone resizes its window while it scrolls: only another kind of screen asks for other figures */
  let drawn_for = screen();
  window.addEventListener("resize", () => {
    if (screen() === drawn_for) return;
    drawn_for = screen();
    window.dash_clientside.set_props?.("screen", { data: drawn_for }); /* before Dash is ready, reading the address sets it */
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    link: {
      /* address -> state; controls that say something else follow */
      read: function (query, path, ids, values, defaults, filters, chosen, known) {
        const params = new URLSearchParams(query || "");
        (filters || []).forEach((id, i) => {
          const wanted = params.getAll("where." + id.filter);
          if (String([...wanted].sort()) !== String([...chosen[i]].sort()))
            window.dash_clientside.set_props(id, { value: wanted });
        });
        (ids || []).forEach((id, i) => {
          const name = id.control;
          const wanted = params.has(name) ? params.get(name) : (defaults || {})[name] || "";
          if (text(values[i]) !== wanted && ordered(text(values[i]), wanted) !== wanted)
            window.dash_clientside.set_props(id, { value: value(wanted, values[i]) });
        });
        /* remembered as what was asked for: a width that was passing while the page opened is put right by the next resize */
        drawn_for = screen();
        /* the same screen again would call every card twice: Dash drops the second call, but compares all calls first */
        return [{ path: window.trialboard.inside(path || "/"), query: query || "" }, drawn_for === known ? no_update() : drawn_for];
      },

      /* a control that was used -> address; controls just drawn only tidy the address in place */
      write: function (values, ids, defaults) {
        const used = window.dash_clientside.callback_context.triggered_id;
        const params = new URLSearchParams(window.location.search);
        const before = search(params);
        ids.forEach((id, i) => {
          if (used && (id.control !== used.control || id.at !== used.at)) return;
          const words = text(values[i]);
          if (id.control !== "arms" || words !== "") return put(params, id.control, words, defaults[id.control]);
          /* the last arm stays on */
          const kept = params.get("arms") || defaults.arms;
          window.dash_clientside.set_props(id, { value: kept.split(",") });
        });
        const wanted = search(params);
        if (wanted === before) return no_update();
        if (used) return wanted;
        window.history.replaceState({}, "", window.location.pathname + wanted);
        return no_update();
      },

      /* the page changes only with its path or its trial */
      page: function (state, previous) {
        if (!state) return no_update();
        const trial = new URLSearchParams(state.query).get("trial") || "";
        if (previous && previous.path === state.path && previous.trial === trial) return no_update();
        return { path: state.path, trial: trial };
      },

      /* links to pages carry the present query; the current one says so */
      navigate: function (state, links, items) {
        const here = state.path.replace(/\/+$/, "") || "/";
        return [
          links.map((id) => window.trialboard.below(id.nav + state.query)),
          items.map((id) => (id.nav === here ? "nav-item current" : "nav-item")),
        ];
      },

      unfilter: function (clicks, ids) {
        const clicked = window.dash_clientside.callback_context.triggered_id;
        if (!clicked || !clicks.some(Boolean)) return no_update();
        const params = new URLSearchParams(window.location.search);
        params.delete("where." + clicked.chip);
        return search(params);
      },

      choose: function (clicks) {
        const chosen = window.dash_clientside.callback_context.triggered_id;
        return chosen && clicks.some(Boolean) ? toggle(chosen.cohort) : no_update();
      },

      /* the panel's levels -> address */
      filter: function (values, ids) {
        const params = new URLSearchParams(window.location.search);
        const before = search(params);
        ids.forEach((id, i) => {
          const name = "where." + id.filter;
          if (String([...params.getAll(name)].sort()) === String([...values[i]].sort())) return;
          params.delete(name);
          values[i].forEach((level) => params.append(name, level));
        });
        return search(params) === before ? no_update() : search(params);
      },

      /* "where.SEX=F" becomes the cohort; when it is the cohort already, it is none */
      toggle: toggle,

      click: function () {
        const triggered = window.dash_clientside.callback_context.triggered;
        const clicked = triggered.length === 1 && triggered[0].value;
        const data = clicked && clicked.points && clicked.points[0] && clicked.points[0].customdata;
        const words = Array.isArray(data) ? data[0] : data;
        return typeof words === "string" && words.startsWith("where.") ? toggle(words) : no_update();
      },

      /* how many cohorts this reader has looked at, in this tab */
      subsets: function (state) {
        if (!state) return no_update();
        const params = new URLSearchParams(state.query);
        const filters = [...params].filter(([name]) => name.startsWith("where.")).sort();
        const key = "subsets of " + (params.get("trial") || "");
        const seen = new Set(JSON.parse(window.sessionStorage.getItem(key) || "[]"));
        if (filters.length) seen.add(JSON.stringify(filters));
        window.sessionStorage.setItem(key, JSON.stringify([...seen]));
        const many = seen.size === 1 ? "1 subset" : seen.size + " subsets";
        return "You have looked at " + many + "; 1 in 20 reaches p < 0.05 by chance alone.";
      },

      /* a slider that was moved -> address; where it stands anyway, by its name, is left out */
      slide: function (values, ids, names) {
        const used = window.dash_clientside.callback_context.triggered_id;
        const at = ids.findIndex((id) => used && id.slider === used.slider);
        if (at < 0 || !names[at] || values[at] === null || values[at] === undefined) return no_update();
        const params = new URLSearchParams(window.location.search);
        const before = search(params);
        const words = String(Number(values[at]));
        put(params, used.slider, words === names[at] ? "" : words, "");
        return search(params) === before ? no_update() : search(params);
      },

      /* sliders stand where the address says, else where they stand anyway */
      follow: function (state, names, ids) {
        const params = new URLSearchParams((state && state.query) || "");
        return ids.map((id, i) => Number(params.get(id.slider) || names[i]));
      },

      /* a line was dragged: the first shape of the figure is the milestone, the second tau */
      drag: function (relayout, defaults) {
        const at = [0, 1].find((i) => relayout && relayout["shapes[" + i + "].x0"] !== undefined);
        if (at === undefined) return no_update();
        const name = ["milestone", "tau"][at];
        const x = relayout["shapes[" + at + "].x0"];
        const params = new URLSearchParams(window.location.search);
        const digits = Math.abs(x) < 100 ? 1 : 0;
        put(params, name, String(Math.max(Number(x.toFixed(digits)), Math.pow(10, -digits))), defaults[name]);
        return search(params);
      },

      copy: async function (clicks) {
        if (!clicks) return no_update();
        const address = window.location.href;
        try {
          await navigator.clipboard.writeText(address);
        } catch (refused) {
          /* plain http on a department's network has no clipboard interface */
          const field = document.createElement("textarea");
          field.value = address;
          document.body.appendChild(field);
          field.select();
          document.execCommand("copy");
          field.remove();
        }
        const label = document.querySelector("#copy-link span");
        label.textContent = "Link copied";
        window.setTimeout(() => (label.textContent = "Copy link"), 2000);
        return no_update();
      },
    },
  });
})();
