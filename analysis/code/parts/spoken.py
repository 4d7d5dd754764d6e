import re


def spoken(term):
    """A term in sentence case where it is in capitals."""
    if not term or term != term.upper():
        return term or "Not recorded"
    words = re.split(r"([A-Z0-9']+)", term)
    quiet = "".join(word if word in ABBREVIATIONS else word.lower() for word in words)
    return quiet[:1].upper() + quiet[1:]
