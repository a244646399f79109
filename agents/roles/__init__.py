"""The user, the server, the author and the judge, each played by a language model and audited."""
