"""The cast and the servers. Ana owns the project, Ben and Cleo review, Dan is a stranger who must get nowhere."""
