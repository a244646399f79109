"""Who wants something: the user's side of an episode."""
