#!/bin/sh
# Makes sure that LibreOffice is there to render slides in the tests, with a font as wide as the slides' own.
set -eu
command -v soffice >/dev/null && command -v pdftotext >/dev/null && fc-match Arial | grep -q Liberation && exit 0
"$(dirname "$0")/install.sh" libreoffice-impress poppler-utils fonts-liberation
