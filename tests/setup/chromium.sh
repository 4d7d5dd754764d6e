#!/bin/sh
# Makes sure that Chromium and its driver are there for the browser tests.
set -eu
command -v chromium >/dev/null && command -v chromedriver >/dev/null && exit 0
"$(dirname "$0")/install.sh" chromium chromium-driver
