"""The trainers' own code on our files: in an environment of its own, `.venv-trainers`, made by `make test-trainers`."""
