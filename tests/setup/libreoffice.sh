#!/bin/sh
# Makes sure that LibreOffice is there to render slides in the tests, with fonts as wide as those of the slides.
set -eu
command -v soffice >/dev/null && command -v pdftotext >/dev/null && fc-match Arial | grep -q Liberation && fc-match Calibri | grep -q Carlito && exit 0
"$(dirname "$0")/install.sh" libreoffice-impress poppler-utils fonts-liberation fonts-crosextra-carlito
