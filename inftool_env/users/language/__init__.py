"""The grammar of a user's English: from a wish and its values to a message."""
