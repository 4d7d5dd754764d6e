"""Pictures: result objects in, Dash components and figure dictionaries out. No files, no lifelines, no callbacks."""
