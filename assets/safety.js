/* The incidence table in the browser: classes fold, terms stay under their class however the table is sorted, and
   a click or the Enter key on a term opens it below. Everything is shown as text. */
(function () {
  "use strict";
  const closed = new Set();

  function act(params) {
    const row = params.data;
    if (!row) return;
    if (row.kind === "class") {
      if (!closed.delete(row.class)) closed.add(row.class);
      params.api.onFilterChanged();
      params.api.refreshCells({ rowNodes: [params.node], columns: ["label"], force: true });
    } else if (row.kind === "term") {
      const query = new URLSearchParams(window.location.search);
      query.set("event", row.value);
      window.dash_clientside.set_props("url", { search: "?" + query.toString() });
    }
  }

  window.dashAgGridFunctions = Object.assign({}, window.dashAgGridFunctions, {
    pressed: act,
    keyed: (params) => {
      if (params.event && (params.event.key === "Enter" || params.event.key === " ")) {
        params.event.preventDefault();
        act(params);
      }
    },
    folding: () => closed.size > 0,
    unfolded: (node) => node.data.kind !== "term" || !closed.has(node.data.class),
    eventLabel: (params) => {
      const row = params.data;
      if (row.kind === "class") return (closed.has(row.class) ? "▸ " : "▾ ") + row.label;
      return row.label;
    },
    numberText: (params) => params.data[params.colDef.field + "_text"] || "",
    underClass: (params) => {
      const terms = new Map(), heads = [];
      params.nodes.forEach((node) => {
        if (node.data.kind !== "term") return heads.push(node);
        if (!terms.has(node.data.class)) terms.set(node.data.class, []);
        terms.get(node.data.class).push(node);
      });
      heads.sort((a, b) => (b.data.kind === "any") - (a.data.kind === "any"));
      const order = heads.flatMap((head) => [head, ...(head.data.kind === "class" ? terms.get(head.data.class) || [] : [])]);
      params.nodes.splice(0, params.nodes.length, ...order);
    },
  });
})();
