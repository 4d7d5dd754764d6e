"""Files in, one validated `Trial` out. Knows files, columns and provenance; knows no statistics and no Dash."""
