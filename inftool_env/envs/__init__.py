"""Scenarios as Gymnasium environments: spaces, actions, episodes, and the registry of ids."""
