"""The commands of `oracle`: each parses, calls one room and prints."""
