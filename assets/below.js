/* Where a path of trialboard is for the browser: below the prefix that the server hangs at. First by its name, as the
   other scripts ask it. */
(function () {
  "use strict";
  const prefix = JSON.parse(document.getElementById("_dash-config").textContent).requests_pathname_prefix || "/";
  window.trialboard = {
    /* "/figures" as an address */
    below: (path) => prefix.slice(0, -1) + path,
    /* the path without the prefix, as the state holds it */
    inside: (path) => ((path + "/").startsWith(prefix) ? "/" + path.slice(prefix.length) : path),
  };
})();
