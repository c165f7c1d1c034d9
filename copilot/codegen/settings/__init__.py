"""The settings that a request states, each by the words around its number."""
