// The desk: what is sent goes in the background, and the next item is there at once.
