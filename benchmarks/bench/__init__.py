"""Any agent on any suite: a number that others believe, with its uncertainty and the episodes behind it."""
