"""One file per format; each turns an answer into text, only the command line prints it."""
