"""Which version of trialboard this is: on the page, and in everything that leaves it."""

VERSION = "0.1.0"
