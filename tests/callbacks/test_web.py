import re
from urllib.parse import unquote
from xml.etree.ElementTree import fromstring

from callbacks.web import PAGE


def test_the_page_carries_its_own_icon_so_that_no_click_fetches_one():
    icon = unquote(re.search(r'<link rel="icon" href="data:image/svg\+xml,([^"]+)">', PAGE)[1])
    assert len(fromstring(icon)) == 2  # noqa: S314  our own markup
    assert "{%favicon%}" not in PAGE
