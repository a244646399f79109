"""How a conversation is laid out for those who train on it: one file a layout."""
